/** The official raw transactions, with what decoding one gives or why it is refused. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { address, directory, hexBytes, hexWord, Lines, quantity } from './Fixtures.ts'

const FILE = 'TransactionTests'

const schema = z.object({
  name: z.string(),
  raw: hexBytes,
  expect: z.object({
    exception: z.string().optional(),
    sender: address.optional(),
    hash: hexWord.optional(),
    intrinsicGas: quantity,
    floorGas: quantity.optional(),
  }),
})

export type TransactionCase = z.infer<typeof schema>

/** The cases; none if they are not there. */
export function transactionCases(from = directory): TransactionCase[] {
  return existsSync(join(from, `${FILE}.jsonl.gz`)) ? [...new Lines(FILE, schema, from)] : []
}
