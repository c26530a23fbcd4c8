import { bytesToHex, type Hex, numberToHex } from 'viem'
import { z } from 'zod'
import * as Rlp from '../../commitment/Rlp.ts'
import * as Schema from '../../Schema.ts'

/** What answers a method: parameters as they came, JSON as it goes. */
export type Method = (params: readonly unknown[]) => unknown

/** The methods by name. */
export type Methods = Readonly<Record<string, Method>>

/** A method whose parameters have to fit; more of them are ignored, as other nodes do. */
export function method<const T extends readonly z.ZodType[]>(
  parameters: T,
  run: (...values: { [K in keyof T]: z.output<T[K]> }) => unknown,
): Method {
  return (params) => {
    const values = parameters.map((schema, index) => Schema.parse(schema, params[index], `parameter ${index}`))
    return run(...(values as { [K in keyof T]: z.output<T[K]> }))
  }
}

const names = z.enum(['latest', 'pending', 'safe', 'finalized', 'earliest'])
const quantity = Schema.unsigned(64)

/** A block by name, by number, or as EIP-1898 has it. */
export const blockTag = z.union(
  [
    names,
    quantity,
    z.object({ blockNumber: quantity }).transform(({ blockNumber }) => blockNumber),
    z.object({ blockHash: Schema.word }),
  ],
  { error: (issue) => `expected a block number, name or hash, got ${Schema.show(issue.input)}` },
)
export type BlockTag = z.output<typeof blockTag>

const accessList = z.array(z.object({ address: Schema.address, storageKeys: z.array(Schema.word) }))

const authorization = z
  .object({
    chainId: Schema.unsigned(256),
    address: Schema.address,
    nonce: Schema.unsigned(64),
    yParity: Schema.unsigned(8),
    r: Schema.unsigned(256),
    s: Schema.unsigned(256),
  })
  .transform(({ chainId, address, nonce, yParity, r, s }) =>
    Rlp.encodeList([
      Rlp.encodeInteger(chainId),
      Rlp.encodeString(address),
      ...[nonce, yParity, r, s].map((field) => Rlp.encodeInteger(field)),
    ]),
  )

/** A transaction that is only tried. Fields that make no difference to that are ignored. */
export const callRequest = z
  .object({
    from: Schema.address.optional(),
    to: Schema.address.nullish(),
    data: Schema.bytes.optional(),
    input: Schema.bytes.optional(),
    value: Schema.unsigned(256).default(0n),
    gas: Schema.unsigned(64).optional(),
    accessList: accessList.optional(),
    authorizationList: z.array(authorization).default([]),
  })
  .transform(({ from, to, data, input, value, gas, accessList: list, authorizationList }) => ({
    from: from ?? new Uint8Array(20),
    to: to ?? undefined,
    data: input ?? data ?? new Uint8Array(0),
    value,
    gas,
    addresses: list?.length ?? 0,
    slots: list?.reduce((sum, { storageKeys }) => sum + storageKeys.length, 0) ?? 0,
    authorizations: authorizationList.length === 0 ? undefined : Buffer.concat(authorizationList),
    authorizationCount: authorizationList.length,
  }))
export type CallRequest = z.output<typeof callRequest>

const oneOrMore = <T extends z.ZodType>(schema: T) =>
  z.union([schema.transform((value) => [value]), z.array(schema)]).nullish()

/** Which logs `eth_getLogs` gives. */
export const logFilter = z.object({
  fromBlock: blockTag.optional(),
  toBlock: blockTag.optional(),
  blockHash: Schema.word.optional(),
  address: oneOrMore(Schema.address),
  topics: z.array(oneOrMore(Schema.word)).max(4).default([]),
})
export type LogFilter = z.output<typeof logFilter>

/** Bytes, or a number, as JSON-RPC writes them. */
export function toHex(value: Uint8Array | bigint | number): Hex {
  return value instanceof Uint8Array ? bytesToHex(value) : numberToHex(value)
}
