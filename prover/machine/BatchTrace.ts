/** The run of a batch in prove mode: its hash at any step, and the witness of any step. */
import * as Payload from '../commitment/Payload.ts'
import type { Trace } from '../dispute/Trace.ts'
import type { ProvableState } from './BaseState.ts'
import type { ChainConfig } from './ChainConfig.ts'
import * as CountingPass from './CountingPass.ts'
import type { BatchInput } from './Executor.ts'
import * as Interpreter from './Interpreter.ts'
import * as Machine from './Machine.ts'
import * as Opcodes from './Opcodes.ts'
import { ProveWorld } from './ProveWorld.ts'
import * as StepKinds from './StepKinds.ts'
import * as CallFrame from './state/CallFrame.ts'
import * as MachineState from './state/MachineState.ts'
import { Writer } from './Witness.ts'

export class BatchTrace implements Trace {
  readonly #start: Machine.Machine
  readonly #interval: number
  /** From the counting pass, evenly spaced. */
  #marks: readonly CountingPass.Mark[] = []
  /** From the last move: the next one lies between two of them. */
  #round: CountingPass.Mark[] = []
  #stepCount: number | undefined
  /** Told the number of steps so far while they are counted. */
  onProgress: (steps: number) => void = () => {}

  /** `interval`: instructions and operations between two marks, as long as there are few. */
  constructor(start: Machine.Machine, interval = CountingPass.FIRST_INTERVAL) {
    this.#start = start
    this.#interval = interval
  }

  /** The run of a batch on `base`. */
  static of(base: ProvableState, input: BatchInput, config: ChainConfig): BatchTrace {
    const payload = new Payload.Tree(input.payload)
    const source = { bytes: input.payload, proveChunk: (index: number) => payload.prove(index) }
    const m = Machine.create(new ProveWorld(base), source, base.stateRoot, input.l1Time, config)
    m.batch.payloadRoot = payload.root()
    return new BatchTrace(m)
  }

  /** The hash before the first step. */
  get startState(): Uint8Array {
    return MachineState.machineHash(this.#start)
  }

  /** Counted in one pass when it is first asked for. */
  get stepCount(): bigint {
    if (this.#stepCount === undefined) {
      const { steps, marks } = CountingPass.run(this.#start, this.onProgress, this.#interval)
      this.#stepCount = steps
      this.#marks = marks
    }
    return BigInt(this.#stepCount)
  }

  hashAt(step: bigint): Uint8Array {
    return MachineState.machineHash(this.machineAt(Number(step)))
  }

  hashesAt(steps: readonly bigint[]): Uint8Array[] {
    const ascending = [...new Set(steps.map(Number))].sort((a, b) => a - b)
    const hashes = new Map<number, Uint8Array>()
    const round: CountingPass.Mark[] = []
    for (const step of ascending) {
      const previous = round.at(-1)
      const machine = this.machineAt(step, previous)
      if (previous !== undefined) CallFrame.resemble(machine.frame, previous.machine.frame)
      hashes.set(step, MachineState.machineHash(machine))
      round.push({ step, machine })
    }
    this.#round = round
    return steps.map((step) => hashes.get(Number(step))!)
  }

  witness(step: bigint): Uint8Array {
    return witnessOf(this.machineAt(Number(step)))
  }

  /** The machine after `step` steps, from the nearest known one before it. The caller must not run it. */
  machineAt(step: number, extra?: CountingPass.Mark): Machine.Machine {
    let nearest = this.#nearest(step, extra)
    if (step - nearest.step > this.#interval && this.#stepCount === undefined) {
      // Run mode gets there faster, and the next one who asks has its marks.
      void this.stepCount
      nearest = this.#nearest(step, extra)
    }
    const machine = forkOf(nearest.machine)
    Interpreter.advance(machine, step - nearest.step)
    return machine
  }

  #nearest(step: number, extra: CountingPass.Mark | undefined): CountingPass.Mark {
    let nearest: CountingPass.Mark = { step: 0, machine: this.#start }
    // Of marks at the same step the last one is best: it has been hashed already.
    for (const marks of [this.#marks, this.#round, extra === undefined ? [] : [extra]]) {
      for (const mark of marks) if (mark.step <= step && mark.step >= nearest.step) nearest = mark
    }
    return nearest
  }
}

/** The step that a machine makes next, as traces name it. */
export function nextStep(m: Machine.Machine): { kind: number; opcode: number | undefined; name: string } {
  const { kind } = m.operation
  if (m.haltedRoot !== undefined) return { kind, opcode: undefined, name: 'HALTED' }
  if (kind !== StepKinds.INSTRUCTION) return { kind, opcode: undefined, name: StepKinds.nameOf(kind) }
  const opcode = Interpreter.nextOpcode(m)
  return { kind, opcode, name: Opcodes.nameOf(opcode) }
}

/** The witness of the next step of a machine; runs the step. */
export function witnessOf(m: Machine.Machine): Uint8Array {
  const writer = new Writer()
  const { kind, opcode } = nextStep(m)
  const opens = opcode === undefined ? StepKinds.opens(kind) : opensOf(opcode)
  MachineState.writeHead(m, writer, opens)
  if (m.haltedRoot !== undefined) return writer.bytes()
  m.recorder = writer
  m.world.recorder = writer
  Interpreter.step(m)
  m.recorder = undefined
  m.world.recorder = undefined
  return writer.bytes()
}

/** An undefined opcode needs no more than the frame that holds it. */
function opensOf(opcode: number): number {
  return Opcodes.table[opcode]?.opens ?? StepKinds.OPENS_FRAME
}

/** Prove mode's machines have prove mode's world. */
function forkOf(m: Machine.Machine): Machine.Machine {
  return Machine.fork(m, (m.world as ProveWorld).fork())
}
