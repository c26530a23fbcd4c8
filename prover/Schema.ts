// What every outside input is made of. Inside, bytes are Uint8Array and numbers bigint.
import { z } from 'zod'

/** Input from outside that can't be used. The message is one line that names the value and what was expected. */
export class InputError extends Error {
  override readonly name = 'InputError'
}

/** `value` as `schema` has it; `what` names the input in the error. */
export function parse<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  const path = issue.path.map(String).join('.')
  throw new InputError(`${what}: ${path === '' ? '' : `${path}: `}${issue.message}`)
}

/** The value that `text` is the JSON of. */
export function parseJson<T>(schema: z.ZodType<T>, text: string, what: string): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new InputError(`${what}: not JSON: ${(error as Error).message}`)
  }
  return parse(schema, value, what)
}

/** Names a bad value in a message, shortened so that it stays on one line. */
export function show(value: unknown): string {
  const text = typeof value === 'bigint' ? value.toString() : (JSON.stringify(value) ?? String(value))
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

/** Bytes as 0x and hexadecimal digits. */
export const bytes = z
  .string({ error: (issue) => `expected 0x-hexadecimal bytes, got ${show(issue.input)}` })
  .regex(/^0x([0-9a-fA-F]{2})*$/, { error: (issue) => `expected 0x-hexadecimal bytes, got ${show(issue.input)}` })
  .transform((text): Uint8Array => new Uint8Array(Buffer.from(text.slice(2), 'hex')))

export const address = bytes.refine((value) => value.length === 20, { error: 'expected an address of 20 bytes' })
export const word = bytes.refine((value) => value.length === 32, { error: 'expected 32 bytes' })

/** An unsigned integer below 2^bits: a JSON number, a decimal string or a 0x string. */
export function unsigned(bits: number): z.ZodType<bigint> {
  return z.unknown().transform((value, context) => {
    const isNumber = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    const isText = typeof value === 'string' && /^(0x[0-9a-fA-F]+|[0-9]+)$/.test(value)
    const number = isNumber || isText ? BigInt(value) : undefined
    if (number !== undefined && number < 1n << BigInt(bits)) return number
    context.addIssue(`expected an unsigned integer below 2^${bits}, got ${show(value)}`)
    return z.NEVER
  })
}
