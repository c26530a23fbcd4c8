/**
 * A folder of official tests: where it is, its files, and their lines. What is not in its format is refused with the file,
 * the line and what was expected there.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Hex } from 'viem'
import { z } from 'zod'

const ENDING = '.jsonl.gz'

/** Files of lines that are no state cases. */
const OTHERS = ['TransactionTests']

/** Where the official tests are unless somebody says otherwise. */
export const directory = process.env.STATE_TESTS ?? '../shared/state-tests'

/** Says why tests on the official cases are skipped, or false. */
export const skip = absence(directory) ?? false

/** Why there is nothing to run in a folder, if that is so. */
export function absence(folder: string): string | undefined {
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
  const hasCases = isFolder && readdirSync(folder).some((file) => file.endsWith(ENDING))
  return hasCases ? undefined : `no official state tests (*${ENDING}) in ${folder}; name their folder in STATE_TESTS`
}

/** The names of the files of state cases; none if the tests are not there. */
export function folders(from = directory): string[] {
  if (absence(from) !== undefined) return []
  const names = readdirSync(from).flatMap((file) => (file.endsWith(ENDING) ? [file.slice(0, -ENDING.length)] : []))
  return names.filter((name) => !OTHERS.includes(name)).sort()
}

/** The lines of a file, each parsed when it is asked for. */
export class Lines<T> {
  readonly #path: string
  readonly #schema: z.ZodType<T>
  readonly #lines: readonly string[]

  constructor(name: string, schema: z.ZodType<T>, from: string = directory) {
    this.#path = join(from, name + ENDING)
    this.#schema = schema
    const text = unzip(this.#path).trimEnd()
    this.#lines = text === '' ? [] : text.split('\n')
  }

  at(index: number): T {
    return parse(this.#lines[index]!, this.#schema, `${this.#path}:${index + 1}`)
  }

  *[Symbol.iterator](): Generator<T> {
    for (let index = 0; index < this.#lines.length; index++) yield this.at(index)
  }
}

/** The content of a JSON file. */
export function fileOf<T>(path: string, schema: z.ZodType<T>, from = directory): T {
  return parse(readFileSync(join(from, path), 'utf8'), schema, join(from, path))
}

export const address = hex(/^0x[0-9a-f]{40}$/i, 'an address, 0x…')
export const hexBytes = hex(/^0x([0-9a-f]{2})*$/i, 'bytes in hexadecimal, 0x…')
export const hexWord = hex(/^0x[0-9a-f]{64}$/i, '32 bytes in hexadecimal, 0x…')
/** A quantity as the source writes it: with or without leading zeros, '0x' for 0. */
export const quantity = hex(/^0x[0-9a-f]{0,64}$/i, 'a hexadecimal quantity, 0x…')

export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'))
}

export function numberOf(text: string): bigint {
  return text === '0x' ? 0n : BigInt(text)
}

function hex(pattern: RegExp, expected: string): z.ZodType<Hex> {
  return z.custom<Hex>((value) => typeof value === 'string' && pattern.test(value), {
    error: ({ input }) => `expected ${expected}, got ${JSON.stringify(input)?.slice(0, 80)}`,
  })
}

/** Something in the folder is not in the format. */
export class FixtureError extends Error {
  override readonly name = 'FixtureError'
}

function unzip(path: string): string {
  try {
    return gunzipSync(readFileSync(path)).toString()
  } catch (error) {
    throw new FixtureError(`${path}: expected a gzip file: ${(error as Error).message}`)
  }
}

function parse<T>(text: string, schema: z.ZodType<T>, where: string): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new FixtureError(`${where}: expected JSON: ${(error as Error).message}`)
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new FixtureError(`${where}: ${issue!.path.join('.') || 'the line'}: ${issue!.message}`)
}
