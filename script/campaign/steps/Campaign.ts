/** A campaign: chooses steps, makes their witnesses, and has the verifier check them while the next ones are made. */
import { keccak256 } from '../../../prover/commitment/Keccak.ts'
import * as Interpreter from '../../../prover/machine/Interpreter.ts'
import * as Corruptions from './Corruptions.ts'
import { Observer } from './Outcome.ts'
import { Sampler } from './Sampler.ts'
import type { Source } from './Sources.ts'
import type { StepVerifier, Trial } from './StepVerifier.ts'
import * as TakenStep from './TakenStep.ts'
import type { Tally } from './Tally.ts'

export interface Plan {
  /** The sources, the same ones in the same order at each call. */
  readonly sources: () => Iterable<Source>
  readonly seed: string
  readonly count: number
  /** Corruptions of each witness. */
  readonly corruptions: number
  /** About as many sources as there are. */
  readonly sourceCount: number
}

/** Steps that one call checks, and bytes of witnesses at most. */
const CALL_STEPS = 120
const CALL_BYTES = 1 << 20
/** Calls that are on their way while further witnesses are made. */
const CALLS_AT_ONCE = 2
/** About how many kinds and outcomes there are. */
const CELLS = 800

/** Numbers of steps, ascending, by the number of their source. */
export type Chosen = ReadonlyMap<number, readonly number[]>

export type OnProgress = (what: string, done: number, of?: number) => void

/** Looks at the steps of all sources; `choose` of the result gives those of the campaign. */
export function scan(plan: Plan, onProgress: OnProgress): Sampler {
  const { seed, count, sourceCount } = plan
  const perCell = Math.max(2, Math.floor(count / 4 / CELLS))
  const perSource = 2 + Math.ceil((4 * count) / sourceCount)
  const sampler = new Sampler(seed, { perCell, perSource })
  let done = 0
  for (const source of plan.sources()) {
    sampler.scan(source)
    if (++done % 500 === 0) onProgress('sources looked at', done)
  }
  return sampler
}

/** Takes the chosen steps of each source and has them checked. */
export async function prove(
  plan: Plan,
  chosen: Chosen,
  verifier: StepVerifier,
  tally: Tally,
  onProgress: OnProgress,
): Promise<void> {
  const total = [...chosen.values()].reduce((sum, steps) => sum + steps.length, 0)
  const queue = new CallQueue(plan, verifier, tally, (done) => onProgress('steps checked', done, total))
  let number = 0
  for (const source of plan.sources()) {
    const steps = chosen.get(number++)
    if (steps === undefined) continue
    for (const step of takeAll(source, steps)) await queue.add(step)
  }
  await queue.finish()
}

/** The steps of a source with the given numbers, which ascend. */
function* takeAll(source: Source, steps: readonly number[]): Generator<TakenStep.TakenStep> {
  const m = source.start()
  const observer = new Observer(m)
  let at = 0
  for (const step of steps) {
    Interpreter.advance(m, step - at)
    yield TakenStep.take(m, observer, source.id, step)
    at = step + 1
  }
}

/** Steps that wait for a call, and the calls that wait for their results. */
class CallQueue {
  readonly #plan: Plan
  readonly #verifier: StepVerifier
  readonly #tally: Tally
  readonly #onChecked: (done: number) => void
  #steps: TakenStep.TakenStep[] = []
  #bytes = 0
  #calls: Promise<void>[] = []

  constructor(plan: Plan, verifier: StepVerifier, tally: Tally, onChecked: (done: number) => void) {
    this.#plan = plan
    this.#verifier = verifier
    this.#tally = tally
    this.#onChecked = onChecked
  }

  async add(step: TakenStep.TakenStep): Promise<void> {
    this.#steps.push(step)
    this.#bytes += step.bytes
    if (this.#steps.length < CALL_STEPS && this.#bytes < CALL_BYTES) return
    this.#send()
    if (this.#calls.length > CALLS_AT_ONCE) await this.#calls.shift()
  }

  async finish(): Promise<void> {
    this.#send()
    await Promise.all(this.#calls)
  }

  #send(): void {
    if (this.#steps.length === 0) return
    const call = this.#check(this.#steps)
    // A failure is thrown where the call is awaited, which may be later than it happens.
    call.catch(() => {})
    this.#calls.push(call)
    this.#steps = []
    this.#bytes = 0
  }

  async #check(steps: readonly TakenStep.TakenStep[]): Promise<void> {
    const trials = steps.map((step, index): Trial => {
      const corruptions = corruptionsOf(this.#plan, steps, index)
      return { step, corruptions }
    })
    const verdicts = await this.#verifier.check(trials)
    for (const [index, verdict] of verdicts.entries()) {
      const step = steps[index]!
      this.#tally.add(step, verdict, steps)
      if (!verdict.accepted) this.#tally.refuse(step, await this.#verifier.explain(step))
    }
    this.#onChecked(this.#tally.steps)
  }
}

function corruptionsOf(plan: Plan, steps: readonly TakenStep.TakenStep[], index: number) {
  const { source, number, row, witness } = steps[index]!
  const lengthOf = (step: TakenStep.TakenStep) => (step.witness.length - 2) / 2
  const all = steps.map((step, at) => ({ step, index: at, length: lengthOf(step) })).filter((it) => it.index !== index)
  const alike = all.filter(({ step }) => step.row === row)
  const salt = Buffer.from(keccak256(Buffer.from(`${plan.seed} ${source} ${number}`))).readUInt32BE()
  return Corruptions.corruptionsOf(plan.corruptions, salt, (witness.length - 2) / 2, alike.length > 0 ? alike : all)
}
