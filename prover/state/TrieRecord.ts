/**
 * How nodes of a trie are stored: a branch as its RLP with the leaves right below it behind, each after its nibble; another node,
 * and what is embedded in its parent, as its RLP alone. Three in four nodes of a large trie are such leaves: beside their
 * branch they are one read less on the way to a key, and one entry less of the store each.
 *
 * INVARIANT: a record says nothing that the hash of its node does not commit to: the branch has the hashes of its leaves.
 */

/** Receives the record of every new node that has one under the node's hash, children first. */
export type RecordSink = (hash: Uint8Array, record: Uint8Array) => void

/** The RLP in a record, and the leaves behind it. */
export function split(record: Uint8Array): { readonly rlp: Uint8Array; readonly leaves: Uint8Array } {
  const end = endOfList(record, 0)
  return { rlp: record.subarray(0, end), leaves: record.subarray(end) }
}

/** The RLP of the leaf under a nibble among `leaves`, if it is there. */
export function leafAt(leaves: Uint8Array, nibble: number): Uint8Array | undefined {
  for (let at = 0; at < leaves.length; ) {
    const end = endOfList(leaves, at + 1)
    if (leaves[at] === nibble) return leaves.subarray(at + 1, end)
    at = end
  }
  return undefined
}

/** The RLP of all nodes in a record. */
export function* nodesIn(record: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < record.length; ) {
    const end = endOfList(record, at)
    yield record.subarray(at, end)
    at = end + 1 // behind the nibble of the leaf that comes next
  }
}

/** Where the list that begins at `start` ends: no node is longer than two bytes can say. What is no list ends with everything. */
function endOfList(bytes: Uint8Array, start: number): number {
  const first = bytes[start]!
  if (first < 0xc0) return bytes.length
  if (first < 0xf8) return start + 1 + first - 0xc0
  if (first === 0xf8) return start + 2 + bytes[start + 1]!
  return start + 3 + (bytes[start + 1]! << 8) + bytes[start + 2]!
}
