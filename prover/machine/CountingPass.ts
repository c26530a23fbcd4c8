/**
 * The first pass over a batch: it runs in run mode, counts the steps, and leaves marks behind from which the run goes on
 * in prove mode. A mark costs a copy of the machine's records and of the memory that was written since the mark before.
 */
import * as Interpreter from './Interpreter.ts'
import * as Machine from './Machine.ts'
import type { ProveWorld } from './ProveWorld.ts'
import { RunWorld } from './RunWorld.ts'
import * as CallFrame from './state/CallFrame.ts'
import { type Moment, Trail } from './Trail.ts'

/** Beyond so many marks, or bytes of memories, stacks and initcode that they hold, every second one goes. */
export const MAX_MARKS = 512
export const MAX_BYTES = 2 ** 27
/** A place in the stack and the number in it. */
const ITEM_BYTES = 56
/** What a byte of initcode may take, with the operands of its instructions. */
const INITCODE_BYTES = 9

/** Instructions and operations between two marks, as long as there are few. */
export const FIRST_INTERVAL = 256
const PROGRESS_INTERVAL = 2 ** 16

/** A machine of prove mode at one step of the run, which is forked and never run itself. */
export interface Mark {
  readonly step: number
  readonly machine: Machine.Machine
}

/** A mark of run mode: brought to prove mode when it is needed. */
class RunMark implements Mark {
  readonly step: number
  readonly #machine: Machine.Machine
  readonly #trail: Trail
  #moment: Moment | undefined

  constructor(step: number, machine: Machine.Machine, trail: Trail) {
    this.step = step
    this.#machine = Machine.fork(machine, machine.world)
    this.#trail = trail
    this.#moment = trail.moment(machine.world.refund)
  }

  get machine(): Machine.Machine {
    if (this.#moment !== undefined) this.#trail.prove(this.#machine, this.#moment)
    this.#moment = undefined
    return this.#machine
  }

  /** About the bytes that this mark holds and none of those before it, who have put what they hold into `known`. */
  bytes(known: Set<object>): number {
    let bytes = 0
    const hold = (held: object, size: number) => {
      if (!known.has(held)) bytes += size
      known.add(held)
    }
    let frame: CallFrame.Frame | undefined = this.#machine.frame
    for (; frame !== undefined && !known.has(frame); frame = frame.parent) {
      known.add(frame)
      const { stack, memory, returndata, code, kind } = frame
      hold(stack, ITEM_BYTES * stack.items.length)
      // What a callee returned holds its whole memory; and of a block that small memories have in common, each holds all.
      for (const { buffer } of [memory.bytes, returndata.source.bytes]) hold(buffer, buffer.byteLength)
      // Other code is there once, for all who run it.
      if (kind === CallFrame.CREATE) hold(code, INITCODE_BYTES * code.size)
    }
    return bytes
  }
}

/** Runs a fork of `start`, a machine before its first step, to its end. */
export function run(
  start: Machine.Machine,
  onProgress: (steps: number) => void,
  interval = FIRST_INTERVAL,
): { steps: number; marks: Mark[] } {
  const first = start.world as ProveWorld
  const trail = new Trail(first)
  const world = new RunWorld(first.base, trail)
  const machine = Machine.fork(start, world)
  const marks = new Marks(interval)
  let step = 0
  let told = 0
  while (machine.haltedRoot === undefined) {
    step += Interpreter.advanceTurns(machine, marks.interval)
    marks.add(new RunMark(step, machine, trail))
    if (step - told < PROGRESS_INTERVAL && machine.haltedRoot === undefined) continue
    told = step
    onProgress(step)
  }
  // What has been created is in no base state. A code is known by its hash, so that it does no harm before its time.
  for (const code of world.newCodes.values()) first.addCode(code)
  return { steps: step, marks: marks.list }
}

/** Evenly spaced marks, not too many. */
class Marks {
  list: RunMark[] = []
  interval: number
  #known = new Set<object>()
  #bytes = 0

  constructor(interval: number) {
    this.interval = interval
  }

  add(mark: RunMark): void {
    this.list.push(mark)
    this.#bytes += mark.bytes(this.#known)
    while (this.list.length > 1 && (this.list.length >= MAX_MARKS || this.#bytes > MAX_BYTES)) this.#thinOut()
  }

  #thinOut(): void {
    this.list = this.list.filter((_, index) => index % 2 === 1)
    this.interval *= 2
    this.#known = new Set()
    this.#bytes = this.list.reduce((bytes, mark) => bytes + mark.bytes(this.#known), 0)
  }
}
