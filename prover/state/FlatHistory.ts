// The flat pairs of an older batch: those of the newest one, but where a later batch replaced values.
import * as Word from '../commitment/Word.ts'
import type { KeyValueReader, Write } from './FlatState.ts'
import * as Keys from './StoreKeys.ts'
import { writesIn } from './WriteBuffer.ts'

/**
 * The writes that lead from the pairs after batch `newest` back to those after batch `number`, each key once and in the order of
 * the keys. Throws a `RangeError` if the values that a batch in between replaced are not in the store any more.
 */
export function writesBack(reader: KeyValueReader, newest: number, number: number): Write[] {
  const writes = new Map<string, Write>()
  for (let batch = number + 1; batch <= newest; batch++) {
    const undo = reader.get(Keys.undo(batch))
    if (undo === undefined) throw new RangeError(`The values that batch ${batch} replaced are not in the store.`)
    for (const { key, value } of writesIn(undo)) {
      const name = Word.nameOf(key)
      // The first batch that replaced it has what was there. Copied: a part would keep all that the batch replaced in memory.
      if (!writes.has(name)) writes.set(name, { key: Buffer.from(key), value: value && Buffer.from(value) })
    }
  }
  return [...writes.values()].sort((a, b) => Buffer.compare(a.key, b.key))
}
