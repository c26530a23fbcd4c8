import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import * as PayloadCodec from '../batch/PayloadCodec.ts'
import * as Payload from '../commitment/Payload.ts'
import { Follower, type Judge } from '../node/Follower.ts'
import * as Schema from '../Schema.ts'
import * as Genesis from '../state/Genesis.ts'
import { Store } from '../state/Store.ts'
import { Progress } from './Output.ts'

/** Options of every verb that looks at a chain of batches. */
export interface ChainOptions {
  readonly genesis: string
  readonly data?: string
  readonly batch?: bigint
  readonly check?: boolean
}

/** A chain of batches that was executed, and the one that is asked about. */
export interface Chain {
  readonly follower: Follower
  readonly store: Store
  /** The batch asked about: the one named, else the newest. */
  readonly batch: bigint
}

const blockSchema = z.object({ time: Schema.unsigned(64), transactions: z.array(Schema.bytes) })

/** A batch file: its payload as bytes, or as blocks of raw transactions; and when L1 took it. */
const batchSchema = z
  .strictObject({
    l1Time: Schema.unsigned(64),
    payload: Schema.bytes.optional(),
    blocks: z.array(blockSchema).optional(),
  })
  .refine(({ payload, blocks }) => (payload === undefined) !== (blocks === undefined), {
    error: 'expected either payload or blocks',
  })

/** Adds the arguments and options that name a chain. */
export function chainOptions(command: Command): Command {
  return command
    .argument(
      '[batches...]',
      'batch files, in order: {"l1Time", "payload"} or {"l1Time", "blocks": [{"time", "transactions"}]}',
    )
    .requiredOption('--genesis <file>', 'the genesis file')
    .option('--data <directory>', "a node's store; without it everything is executed anew in a temporary one")
    .option('--batch <number>', 'the batch asked about (default: the newest)', unsignedOption)
}

/** An integer on the command line. */
export function unsignedOption(text: string): bigint {
  if (!/^(0x[0-9a-fA-F]+|[0-9]+)$/.test(text))
    throw new InvalidArgumentError(`expected an unsigned integer, got ${text}`)
  return BigInt(text)
}

/** An integer on the command line that is at least 1. */
export function positiveOption(text: string): bigint {
  const value = unsignedOption(text)
  if (value === 0n) throw new InvalidArgumentError('expected at least 1, got 0')
  return value
}

/** Opens the chain, executes the batch files on it, and closes it after `use`. */
export async function withChain<T>(
  files: readonly string[],
  options: ChainOptions,
  use: (chain: Chain) => T | Promise<T>,
): Promise<T> {
  const genesis = Genesis.parse(await readText(options.genesis), options.genesis)
  const inputs = await Promise.all(files.map(readBatch))
  const temporary = options.data === undefined ? await mkdtemp(join(tmpdir(), 'prover-')) : undefined
  const store = await Store.open(options.data ?? (temporary as string), genesis)
  const progress = new Progress()
  try {
    const follower = new Follower(store, await loadJudge(options))
    for (const [index, { payload, l1Time }] of inputs.entries()) {
      progress.update(`executing ${files[index]} (${index + 1} of ${files.length})`)
      await follower.append(payload, headerOf(store, payload, l1Time))
    }
    progress.end()
    return await use({ follower, store, batch: batchOf(store, options.batch) })
  } finally {
    progress.end()
    await store.close()
    if (temporary !== undefined) await rm(temporary, { recursive: true })
  }
}

/** The judge if it is asked for; it takes a second to load. */
export async function loadJudge({ check }: { check?: boolean }): Promise<Judge | undefined> {
  return check ? (await import('../judge/Judge.ts')).check : undefined
}

export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new Schema.InputError(`${path}: can't be read: ${(error as NodeJS.ErrnoException).code ?? error}`)
  }
}

async function readBatch(path: string): Promise<{ payload: Uint8Array; l1Time: bigint }> {
  const { l1Time, payload, blocks } = Schema.parseJson(batchSchema, await readText(path), path)
  const bytes = payload ?? PayloadCodec.encode(blocks ?? [])
  if (bytes.length > Payload.maxLength) {
    throw new Schema.InputError(`${path}: a payload has at most ${Payload.maxLength} bytes, got ${bytes.length}`)
  }
  return { payload: bytes, l1Time }
}

function headerOf(store: Store, payload: Uint8Array, l1Time: bigint) {
  const previous = store.newest.chainHash
  return { previous, payloadRoot: Payload.rootOf(payload), payloadLength: payload.length, l1Time }
}

function batchOf(store: Store, named: bigint | undefined): bigint {
  const newest = BigInt(store.newest.number)
  const batch = named ?? newest
  if (batch <= newest) return batch
  throw new Schema.InputError(`--batch ${batch}: expected at most ${newest}, the newest batch`)
}
