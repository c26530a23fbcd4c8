import { createKeccak } from 'hash-wasm'

// One WebAssembly instance serves every hash of the process: `init` resets it, so no hash allocates one.
const hasher = await createKeccak(256)

let hashes = 0

/** How many hashes this process has made: a cost that does not depend on the machine. */
export function count(): number {
  return hashes
}

/** Keccak-256 of `bytes` (Ethereum's padding, not SHA-3's). Returns a fresh array of 32 bytes. */
export function keccak256(bytes: Uint8Array): Uint8Array {
  hashes++
  return hasher.init().update(bytes).digest('binary')
}

/** Keccak-256 of the concatenation of `parts`, without building it. */
export function keccak256Concat(...parts: readonly Uint8Array[]): Uint8Array {
  hashes++
  hasher.init()
  for (const part of parts) hasher.update(part)
  return hasher.digest('binary')
}
