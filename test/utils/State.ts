import type { NodeSource } from '../../prover/state/TrieNode.ts'

/** Trie nodes in memory. */
export class MemoryNodes implements NodeSource {
  readonly #nodes = new Map<string, Uint8Array>()

  put(hash: Uint8Array, encoded: Uint8Array): void {
    this.#nodes.set(Buffer.from(hash).toString('latin1'), encoded)
  }

  node(hash: Uint8Array): Uint8Array | undefined {
    return this.#nodes.get(Buffer.from(hash).toString('latin1'))
  }

  sorted(): [string, Uint8Array][] {
    return [...this.#nodes].sort(([left], [right]) => (left < right ? -1 : 1))
  }
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function randomBytes(length: number, random: () => number): Uint8Array {
  return Uint8Array.from({ length }, () => Math.floor(random() * 256))
}

export function isHex(text: string): boolean {
  return /^0x([0-9a-f]{2})*$/i.test(text)
}
