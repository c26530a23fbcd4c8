import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { bytesToHex, type Hex, hexToBytes, numberToHex } from 'viem'
import * as BatchHeader from '../../prover/batch/BatchHeader.ts'
import * as Payload from '../../prover/commitment/Payload.ts'
import { Kind } from '../../prover/dispute/GameState.ts'
import type { Batch, ClaimView, Status, View } from '../../prover/l1/View.ts'
import { forget } from '../../prover/machine/boundary/TransactionDecoder.ts'
import { Follower, type FollowerOptions, type Judge } from '../../prover/node/Follower.ts'
import { RecoveryWorker } from '../../prover/node/threads/RecoveryWorker.ts'
import { Store, StoreError } from '../../prover/state/Store.ts'
import { RandomBatches, randomGenesis } from '../utils/RandomBatches.ts'
import { randomFrom } from '../utils/State.ts'

const scratch = mkdtempSync(join(tmpdir(), 'follower-'))
after(() => rmSync(scratch, { recursive: true }))
let directories = 0

async function open(judge?: Judge, options: FollowerOptions = {}) {
  const random = randomFrom(77)
  const genesis = randomGenesis(random)
  const store = await Store.open(join(scratch, `${directories++}`), genesis)
  return { store, follower: new Follower(store, judge, options), batches: new RandomBatches(random), genesis }
}

/** L1 as it would be if it had these payloads. */
function viewOf(store: Store, payloads: Uint8Array[], claims: ClaimView[] = []): View {
  let previous = bytesToHex(store.position(0).chainHash)
  const batches = payloads.map((payload, index): Batch => {
    const l1Time = store.genesis.time + BigInt(index * 10)
    const header = { payloadRoot: Payload.rootOf(payload), payloadLength: payload.length, l1Time }
    const chainHash = bytesToHex(BatchHeader.chainHashOf({ ...header, previous: hexToBytes(previous) }))
    const number = BigInt(index + 1)
    const batch = {
      number,
      chainHash,
      payload,
      header: { ...header, previous, payloadRoot: bytesToHex(header.payloadRoot) },
    }
    previous = chainHash
    return batch
  })
  const block = { number: 1n, hash: previous, time: 0n }
  const keyed = new Map(claims.map((claim) => [claim.id, claim]))
  return { block, batches, claims: keyed, games: new Map(), keptSteps: new Set(), credits: new Map() }
}

const zero = numberToHex(0, { size: 32 })
function checkpoint(to: bigint, status: Status, base: bigint): ClaimView {
  const id: Hex = numberToHex(to, { size: 32 })
  const claim = {
    kind: Kind.Checkpoint,
    from: base,
    to,
    chainHash: zero,
    value: zero,
    proposer: numberToHex(1, { size: 20 }),
  }
  return { id, claim, base, bond: 1n, diffRoots: [], claimedAt: 0n, status }
}

describe('Follower', () => {
  test('N-9: follows L1, back to the last common batch and on when L1 has changed its mind', async () => {
    const { store, follower, batches, genesis } = await open()
    const payloads: Uint8Array[] = []
    for (let number = 0; number < 6; number++) payloads.push(await batches.payload(genesis.time))
    await follower.follow(viewOf(store, payloads))
    assert.equal(store.newest.number, 6)
    const others = [...payloads.slice(0, 2), await batches.payload(genesis.time), payloads[3]!]
    const view = viewOf(store, others)
    await follower.follow(view)
    assert.equal(bytesToHex(store.newest.chainHash), view.batches.at(-1)!.chainHash)
    const fresh = await open()
    await fresh.follower.follow(view)
    for (let number = 0n; number <= 4n; number++)
      assert.equal(follower.stateRoot(number), fresh.follower.stateRoot(number))
    await follower.follow(viewOf(store, []))
    assert.equal(store.newest.number, 0)
    await store.close()
    await fresh.store.close()
  })

  test('N-6, N-7: stores the tries that are due, and prunes down to one that is below every base', async () => {
    const { store, follower, batches, genesis } = await open(undefined, { prunes: true, checkpointInterval: 4 })
    const payloads: Uint8Array[] = []
    for (let number = 0; number < 10; number++) payloads.push(await batches.payload(genesis.time))
    await follower.follow(viewOf(store, payloads, [checkpoint(3n, 'final', 0n), checkpoint(9n, 'live', 0n)]))
    assert.deepEqual([store.tries.isStored(4), store.tries.isStored(8), store.pruned], [true, true, 0])
    const roots = [4n, 5n, 6n, 7n, 8n, 9n, 10n].map((number) => follower.stateRoot(number))
    const later = [checkpoint(7n, 'final', 0n), checkpoint(9n, 'final', 0n), checkpoint(10n, 'live', 7n)]
    await follower.follow(viewOf(store, payloads, later))
    assert.deepEqual([store.tries.isStored(4), store.tries.isStored(8), store.pruned], [true, true, 4])
    assert.deepEqual(
      [4n, 5n, 6n, 7n, 8n, 9n, 10n].map((number) => follower.stateRoot(number)),
      roots,
    )
    assert.throws(() => follower.stateRoot(3n), StoreError)
    await store.close()
  })

  for (const [what, options] of [
    ['beside', { beside: { warn: assert.fail } }],
    ['in line', {}],
  ] as const) {
    test(`N-6: the trie that was due when the node was stopped is stored after it has started again, ${what}`, async () => {
      const { store, follower, batches, genesis } = await open()
      const payloads: Uint8Array[] = []
      for (let number = 0; number < 5; number++) payloads.push(await batches.payload(genesis.time))
      const view = viewOf(store, payloads)
      await follower.follow(view)
      assert.equal(store.tries.isStored(4), false)
      const again = new Follower(store, undefined, { ...options, checkpointInterval: 4 })
      await again.follow(view)
      await again.checkpoints.settled()
      assert.equal(store.tries.isStored(4), true)
      await again.checkpoints.close()
      await store.close()
    })
  }

  test('N-25: has the roots of checkpoints computed while it follows on, and prunes when a trie is stored', async () => {
    const options = { prunes: true, beside: { warn: assert.fail }, checkpointInterval: 4 }
    const { store, follower, batches, genesis } = await open(undefined, options)
    const payloads: Uint8Array[] = []
    for (let number = 0; number < 8; number++) payloads.push(await batches.payload(genesis.time))
    const claims = [checkpoint(5n, 'final', 0n), checkpoint(6n, 'live', 5n)]
    await follower.follow(viewOf(store, payloads.slice(0, 6), claims))
    assert.equal(follower.checkpointRoot(6n), undefined)
    await follower.follow(viewOf(store, payloads, claims))
    assert.deepEqual([store.tries.isStored(4), store.pruned, store.newest.number], [false, 0, 8])
    await follower.checkpoints.settled()
    assert.deepEqual([store.tries.isStored(4), store.tries.isStored(8), store.pruned], [true, true, 0])
    const root = follower.checkpointRoot(6n)
    await follower.follow(viewOf(store, payloads, claims))
    assert.equal(store.pruned, 4)
    assert.equal(root, follower.stateRoot(6n))
    await follower.checkpoints.close()
    await store.close()
  })

  test('N-24: comes to the same chain when signers are recovered ahead', async () => {
    const { store, follower, batches, genesis } = await open()
    const payloads: Uint8Array[] = []
    for (let number = 0; number < 9; number++) payloads.push(await batches.payload(genesis.time))
    await follower.follow(viewOf(store, payloads))
    const recovery = await RecoveryWorker.start(assert.fail)
    const ahead = await open(undefined, { recovery })
    forget()
    await ahead.follower.follow(viewOf(store, payloads))
    for (let number = 0; number <= 9; number++) assert.deepEqual(ahead.store.position(number), store.position(number))
    assert.equal(ahead.follower.stateRoot(9n), follower.stateRoot(9n))
    assert.deepEqual(ahead.store.batch(9), store.batch(9))
    await recovery.close()
    await store.close()
    await ahead.store.close()
  })

  test('names a final diff of a batch only if it is its own', async () => {
    const { store, follower, batches, genesis } = await open()
    const payloads: Uint8Array[] = []
    for (let number = 0; number < 3; number++) payloads.push(await batches.payload(genesis.time))
    await follower.follow(viewOf(store, payloads))
    const claimOf = (from: bigint, diffRoots: Hex[], status: Status): ClaimView => {
      const it = checkpoint(from + 100n, status, 0n)
      return { ...it, diffRoots, claim: { ...it.claim, kind: Kind.Diffs, from, to: from + BigInt(diffRoots.length) } }
    }
    // Nobody disputed it, so it is final; but who names it with the true root is refused, and loses on time.
    const falsely = claimOf(1n, [follower.diffRoot(2n), zero], 'final')
    const truly = claimOf(
      0n,
      [1n, 2n, 3n].map((number) => follower.diffRoot(number)),
      'final',
    )
    await follower.follow(viewOf(store, payloads, [falsely]))
    assert.equal(follower.finalDiff(2n)?.source, falsely.claim)
    assert.equal(follower.finalDiff(3n), undefined)
    assert.equal(follower.finalDiff(1n), undefined)
    await follower.follow(viewOf(store, payloads, [falsely, truly]))
    assert.equal(follower.finalDiff(3n)?.source, truly.claim)
    await store.close()
  })

  test('N-10: stores nothing of a batch that the judge objects to', async () => {
    const { store, follower, batches, genesis } = await open(async () => {
      throw new Error('objection')
    })
    const view = viewOf(store, [await batches.payload(genesis.time)])
    await assert.rejects(follower.follow(view), /objection/)
    assert.equal(store.newest.number, 0)
    await store.close()
  })
})
