// Paths of the Ethereum trie: one half-byte (0..15) per element.

/** The nibbles of `key`, high half first. */
export function fromKey(key: Uint8Array): Uint8Array {
  const nibbles = new Uint8Array(key.length * 2)
  writeKey(nibbles, key)
  return nibbles
}

/** Writes the nibbles of `key` to the start of `nibbles`. */
export function writeKey(nibbles: Uint8Array, key: Uint8Array): void {
  for (let i = 0; i < key.length; i++) {
    nibbles[2 * i] = key[i]! >> 4
    nibbles[2 * i + 1] = key[i]! & 15
  }
}

/** The nibble of `key` at `depth`. */
export function at(key: Uint8Array, depth: number): number {
  const byte = key[depth >> 1]!
  return depth & 1 ? byte & 15 : byte >> 4
}

/** The nibbles of `key` in [start, end). */
export function ofKey(key: Uint8Array, start: number, end: number): Uint8Array {
  const nibbles = new Uint8Array(end - start)
  for (let depth = start; depth < end; depth++) nibbles[depth - start] = at(key, depth)
  return nibbles
}

/** How many nibbles `path` and `nibbles` from `depth` on have in common. */
export function countCommon(path: Uint8Array, nibbles: Uint8Array, depth: number): number {
  const limit = Math.min(path.length, nibbles.length - depth)
  let count = 0
  while (count < limit && path[count] === nibbles[depth + count]) count++
  return count
}

/** How many nibbles `path` and those of `key` from `depth` on have in common. */
export function countCommonWithKey(path: Uint8Array, key: Uint8Array, depth: number): number {
  const limit = Math.min(path.length, 2 * key.length - depth)
  let count = 0
  while (count < limit && path[count] === at(key, depth + count)) count++
  return count
}

/** How many nibbles two keys of one length have in common. */
export function countCommonOfKeys(left: Uint8Array, right: Uint8Array): number {
  let index = 0
  while (index < left.length && left[index] === right[index]) index++
  if (index === left.length) return 2 * index
  return left[index]! >> 4 === right[index]! >> 4 ? 2 * index + 1 : 2 * index
}

/** `first ‖ last`: the path of a node that swallows the one above it. */
export function join(first: Uint8Array, last: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + last.length)
  joined.set(first)
  joined.set(last, first.length)
  return joined
}

/** The key with the first `depth` nibbles of `key` and then `path`. */
export function replaceFrom(key: Uint8Array, depth: number, path: Uint8Array): Uint8Array {
  const nibbles = fromKey(key)
  nibbles.set(path, depth)
  return toKey(nibbles)
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
  const flag = bytes[0]! >> 4
  return { path: ofKey(bytes, flag & 1 ? 1 : 2, 2 * bytes.length), isLeaf: (flag & 2) !== 0 }
}

/** The key whose nibbles are `nibbles`. */
export function toKey(nibbles: ArrayLike<number>): Uint8Array {
  const key = new Uint8Array(nibbles.length / 2)
  for (let i = 0; i < key.length; i++) key[i] = (nibbles[2 * i]! << 4) | nibbles[2 * i + 1]!
  return key
}
