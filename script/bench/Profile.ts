/**
 * Where the time goes: V8 samples what runs five thousand times a second, and each sample counts for the part of the code that
 * the innermost function with a known file belongs to. Sampling costs some time itself, and that of each part differs; shares
 * of one piece of work are what can be compared.
 */
import { Session } from 'node:inspector/promises'
import { join } from 'node:path'
import { defaultInterval } from '../../prover/node/Checkpoints.ts'
import * as Checkpoints from './Checkpoints.ts'
import * as Databases from './Databases.ts'
import type { SealedBatch } from './Design.ts'
import * as Dispute from './Dispute.ts'
import { FlatDesign } from './FlatDesign.ts'
import { Accounts, Contracts, stateOf } from './Population.ts'
import * as Traffic from './Traffic.ts'

/** Parts of the code with what the address of their files has, the first that fits. */
const parts = [
  ['recovery', /secp256k1|@noble\/curves|boundary\/Recovery/],
  ['keccak', /^wasm:|@noble\/hashes|commitment\/Keccak/],
  ['database', /classic-level|abstract-level|level-transcoder|state\/Database/],
  ['numbers and words', /commitment\/Word/],
  ['trie', /state\/(Trie|StateTrie|Rlp)|commitment\/(Rlp|Nibbles|NodeRlp)|@ethereumjs\/rlp/],
  ['flat pairs and their cache', /state\/(Flat|Record|Store|Write)/],
  ['diff root', /commitment\/(StateDiff|Dictionary|SortedRoot)/],
  [
    'trees of a dispute',
    /machine\/(MemoryTree|CodeTree|Trail|ProveWorld|CountingPass|BatchTrace)|commitment\/MerkleTree/,
  ],
  ['instructions and boundaries', /prover\/(machine|batch)\//],
] as const
const others = 'everything else'
const collection = 'garbage collection'

/** Milliseconds by part: for a batch of 1,000 transfers, its share of a checkpoint, or a dispute over a batch of 30 M gas. */
export type Profile = Record<string, number>
/** Of each piece of work. */
export type Result = Record<string, Profile>

const size = 100_000
const transactions = 1_000
const rounds = 12
/** Rounds before those that are sampled. */
const warmUp = 4

export async function measure(folder: string): Promise<Result> {
  const contracts = new Contracts(64)
  const accounts = new Accounts()
  const counts = Array.from({ length: warmUp + rounds }, () => transactions)
  const batches = Traffic.transferBatches(accounts, contracts, size, counts)
  const { flat, trie, stateRoot } = await Databases.build(folder, stateOf(contracts, accounts, size), contracts.codes)
  const checkpoint = await sampled(defaultInterval, () => Checkpoints.measure(flat, join(folder, 'checkpoint')))
  return {
    'flat pairs': await sampleBatches(await FlatDesign.open(flat), batches),
    'with a trie': await sampleBatches(await FlatDesign.open(trie, { root: stateRoot }), batches),
    'share of a checkpoint': checkpoint,
    dispute: await sampleDisputes(),
  }
}

async function sampleBatches(design: FlatDesign, batches: readonly Uint8Array[][]): Promise<Profile> {
  const run = async (raw: readonly Uint8Array[]) => {
    const batch: SealedBatch = { transactions: raw, ...design.nextBlock() }
    await design.run(batch, batch)
  }
  for (const raw of batches.slice(0, warmUp)) await run(raw)
  const profile = await sampled(rounds, async () => {
    for (const raw of batches.slice(warmUp)) await run(raw)
  })
  await design.close()
  return profile
}

/** A whole dispute over a batch of transfers, without the batch in run mode. */
async function sampleDisputes(): Promise<Profile> {
  const program = Dispute.programOf('transfers', 30_000_000)
  for (let round = 0; round < warmUp; round++) Dispute.answer(program)
  return sampled(rounds, () => {
    for (let round = 0; round < rounds; round++) Dispute.answer(program)
  })
}

/** Milliseconds by part for each of the `count` times that `work` does something. */
export async function sampled(count: number, work: () => unknown): Promise<Profile> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 200 })
  await session.post('Profiler.start')
  await work()
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  const partOf = partsOf(profile.nodes)
  const shares: Profile = {}
  for (const [index, node] of profile.samples!.entries()) {
    const part = partOf.get(node)
    if (part !== undefined) shares[part] = (shares[part] ?? 0) + profile.timeDeltas![index]! / 1_000 / count
  }
  return Object.fromEntries(Object.entries(shares).sort(([, a], [, b]) => b - a))
}

type Node = { readonly id: number; readonly callFrame: Frame; readonly children?: number[] | undefined }
type Frame = { readonly functionName: string; readonly url: string }

/** The part that each node of a call tree belongs to: that of its file, or else its caller's. Idle ones have none. */
export function partsOf(nodes: readonly Node[]): Map<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const found = new Map<number, string>()
  const visit = ({ id, callFrame: { functionName, url }, children = [] }: Node, caller: string) => {
    if (functionName === '(idle)') return
    const part = functionName === '(garbage collector)' ? collection : (partOfFile(url) ?? caller)
    found.set(id, part)
    for (const child of children) visit(byId.get(child)!, part)
  }
  visit(nodes[0]!, others)
  return found
}

function partOfFile(url: string): string | undefined {
  return parts.find(([, pattern]) => pattern.test(url))?.[0]
}
