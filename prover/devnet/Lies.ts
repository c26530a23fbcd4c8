import { bytesToHex, type Hex } from 'viem'
import { keccak256 } from '../commitment/Keccak.ts'
import * as StateDiff from '../commitment/StateDiff.ts'
import * as FoldState from '../machine/fold/FoldState.ts'
import * as MachineState from '../machine/state/MachineState.ts'
import type { Follower } from '../node/Follower.ts'
import type { StateTrie } from '../state/StateTrie.ts'
import type { Lie } from './actors/LyingOpinion.ts'

/**
 * The diff of a batch with a wei besides, for an account that no batch touches: as near to the truth as a lie gets that
 * no later diff repairs.
 */
export function falseDiff(follower: Follower, batch: bigint): StateDiff.StateDiff {
  const account = { nonce: 0n, balance: 1n, codeHash: StateDiff.emptyCodeHash }
  const change = { accountKey: keccak256(utf8('lie')), kind: StateDiff.kinds.set, account, slots: [] }
  return [...follower.store.diff(Number(batch)), change].sort((a, b) => Buffer.compare(a.accountKey, b.accountKey))
}

/** h(Δ_batch) is false, and so is the run from `step` on. State roots stay true. */
export function lieAboutDiff(follower: Follower, batch: bigint, step: bigint): Lie {
  const diffRoot = StateDiff.root(falseDiff(follower, batch))
  return {
    diffRoots: new Map([[batch, bytesToHex(diffRoot)]]),
    execution: { batch, step, end: MachineState.haltedState(diffRoot) },
  }
}

/** The same, and the state roots from the batch on are what the false diff and the true ones after it fold into. */
export function lieAboutDiffAndRoots(follower: Follower, batch: bigint, step: bigint): Lie {
  const lie = lieAboutDiff(follower, batch, step)
  return { ...lie, stateRoots: foldedRoots(follower, batch, falseDiff(follower, batch)) }
}

/** Diffs are true, but state roots from `batch` on are false, and so is its fold from `step` on. */
export function lieAboutRoots(follower: Follower, batch: bigint, step: bigint): Lie {
  const stateRoots = new Map<bigint, Hex>()
  for (let n = batch; n <= newest(follower); n++) {
    stateRoots.set(n, bytesToHex(falseRoot(n)))
  }
  return { stateRoots, fold: { batch, step, end: FoldState.hashHalted(falseRoot(batch)) } }
}

/** Two lies at once: one about the diff that is claimed, one about the states before it. */
export function both(first: Lie, second: Lie): Lie {
  const diffRoots = new Map([...(first.diffRoots ?? []), ...(second.diffRoots ?? [])])
  return { ...first, ...second, diffRoots }
}

/** State roots from `batch` on, if its diff were this one and all later diffs true. */
function foldedRoots(follower: Follower, batch: bigint, diff: StateDiff.StateDiff): Map<bigint, Hex> {
  const roots = new Map<bigint, Hex>()
  let state: StateTrie = follower.store.stateAt(Number(batch) - 1).applyDiff(diff)
  roots.set(batch, bytesToHex(state.stateRoot))
  for (let n = batch + 1n; n <= newest(follower); n++) {
    state = state.applyDiff(follower.store.diff(Number(n)))
    roots.set(n, bytesToHex(state.stateRoot))
  }
  return roots
}

function falseRoot(batch: bigint): Uint8Array {
  return keccak256(utf8(`false root ${batch}`))
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function newest({ store }: Follower): bigint {
  return BigInt(store.newest.number)
}
