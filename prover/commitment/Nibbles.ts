// Paths of the Ethereum trie: one half-byte (0..15) per element.

/** The nibbles of `key`, high half first. */
export function fromKey(key: Uint8Array): Uint8Array {
  const nibbles = new Uint8Array(key.length * 2)
  for (let i = 0; i < key.length; i++) {
    nibbles[2 * i] = key[i]! >> 4
    nibbles[2 * i + 1] = key[i]! & 15
  }
  return nibbles
}

/** How many nibbles `path` and `nibbles` from `depth` on have in common. */
export function countCommon(path: Uint8Array, nibbles: Uint8Array, depth: number): number {
  const limit = Math.min(path.length, nibbles.length - depth)
  let count = 0
  while (count < limit && path[count] === nibbles[depth + count]) count++
  return count
}

/** `first ‖ middle ‖ last`: the path of a node that swallows the branch above it. */
export function join(first: Uint8Array, middle: number, last: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + 1 + last.length)
  joined.set(first)
  joined[first.length] = middle
  joined.set(last, first.length + 1)
  return joined
}

/** Hex-prefix encoding: a flag nibble (2 = leaf, 1 = odd length), a zero nibble if even, then the path. */
export function encodeHexPrefix(path: Uint8Array, isLeaf: boolean): Uint8Array {
  const isOdd = path.length & 1
  const bytes = new Uint8Array((path.length >> 1) + 1)
  bytes[0] = ((isLeaf ? 2 : 0) | isOdd) << 4
  if (isOdd) bytes[0] |= path[0]!
  for (let i = isOdd, at = 1; i < path.length; i += 2, at++) bytes[at] = (path[i]! << 4) | path[i + 1]!
  return bytes
}

/** The inverse of `encodeHexPrefix`. */
export function decodeHexPrefix(bytes: Uint8Array): { path: Uint8Array; isLeaf: boolean } {
  const nibbles = fromKey(bytes)
  const flag = nibbles[0]!
  return { path: nibbles.slice(flag & 1 ? 1 : 2), isLeaf: (flag & 2) !== 0 }
}

/** The key whose nibbles are `nibbles`. */
export function toKey(nibbles: readonly number[]): Uint8Array {
  return Uint8Array.from({ length: nibbles.length / 2 }, (_, i) => (nibbles[2 * i]! << 4) | nibbles[2 * i + 1]!)
}
