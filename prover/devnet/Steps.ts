import * as Word from '../commitment/Word.ts'
import * as Interpreter from '../machine/Interpreter.ts'
import * as Machine from '../machine/Machine.ts'
import * as Opcodes from '../machine/Opcodes.ts'
import { RunWorld } from '../machine/RunWorld.ts'
import * as StepKinds from '../machine/StepKinds.ts'
import * as Operation from '../machine/state/Operation.ts'
import type { Follower } from '../node/Follower.ts'
import type { Setting } from './Scenario.ts'

/** Where a lie can be placed. */
export type Place =
  | 'an ordinary instruction'
  | 'a storage write'
  | 'a call'
  | 'a creation'
  | 'a revert'
  | 'the begin of a transaction'
  | 'the end of a transaction'

const instructions: Readonly<Record<string, Place>> = { SSTORE: 'a storage write', REVERT: 'a revert' }

const kinds: ReadonlyMap<number, Place> = new Map([
  [StepKinds.CALL_ACCESS, 'a call'],
  [StepKinds.CALL_CHARGE, 'a call'],
  [StepKinds.CREATE_CREATOR, 'a creation'],
  [StepKinds.CREATE_TARGET, 'a creation'],
  [StepKinds.CREATE_RETURN, 'a creation'],
  [StepKinds.DEPOSIT, 'a creation'],
  [StepKinds.TX_SENDER, 'the begin of a transaction'],
  [StepKinds.TX_START, 'the begin of a transaction'],
  [StepKinds.TX_REFUND, 'the end of a transaction'],
  [StepKinds.TX_FEE, 'the end of a transaction'],
  [StepKinds.TX_END, 'the end of a transaction'],
])

/** A step of the batch's run to lie about: first the kind of place is chosen, then the step. */
export function chooseExecutionStep({ devnet, choices, narrator }: Setting, batch: bigint): bigint {
  const places = placesOf(devnet.follower, Number(batch))
  const place = choices.oneOf('place', [...places.keys()].sort())
  const { step, name } = choices.oneOf('step', places.get(place) ?? [])
  narrator.say(`the lie: step ${step} of batch ${batch}, ${place} (${name})`)
  return step
}

/** A step of the batch's fold to lie about. */
export function chooseFoldStep({ devnet, choices, narrator }: Setting, batch: bigint): bigint {
  const { stepCount } = devnet.follower.fold(batch)
  const step = BigInt(choices.between('fold step', 0, Number(stepCount) - 1))
  narrator.say(`the lie: step ${step} of ${stepCount} of the fold of batch ${batch}`)
  return step
}

/** Every step of a batch that is at a place where lies are placed, found by running it step by step. */
function placesOf({ store }: Follower, batch: number): Map<Place, { step: bigint; name: string }[]> {
  const base = store.stateAt(batch - 1)
  const payload = { bytes: store.payload(batch), proveChunk: noProof }
  const m = Machine.create(new RunWorld(base), payload, Word.zero, store.batch(batch).l1Time, store.genesis.config)
  const places = new Map<Place, { step: bigint; name: string }[]>()
  for (let step = 0n; m.haltedRoot === undefined; step++) {
    const found = placeOf(m)
    if (found) {
      const steps = places.get(found.place) ?? []
      steps.push({ step, name: found.name })
      places.set(found.place, steps)
    }
    Interpreter.step(m)
  }
  return places
}

function placeOf(m: Machine.Machine): { place: Place; name: string } | undefined {
  const { kind, next } = m.operation
  if (kind === StepKinds.INSTRUCTION) {
    const name = Opcodes.table[Interpreter.nextOpcode(m)]?.name ?? 'undefined opcode'
    return { place: instructions[name] ?? 'an ordinary instruction', name }
  }
  const name = StepKinds.all.find((entry) => entry.kind === kind)?.name ?? String(kind)
  if (kind === StepKinds.FRAME_EXIT && next === Operation.REVERTED) return { place: 'a revert', name }
  const place = kinds.get(kind)
  return place && { place, name }
}

function noProof(): never {
  throw new Error('run mode proves nothing')
}
