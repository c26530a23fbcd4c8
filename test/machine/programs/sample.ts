/** Which steps of a program to look at: one for each thing that can happen in a step. */
import { nextStep } from '../../../prover/machine/BatchTrace.ts'
import * as Interpreter from '../../../prover/machine/Interpreter.ts'
import * as Machine from '../../../prover/machine/Machine.ts'
import * as Opcodes from '../../../prover/machine/Opcodes.ts'
import type { ProveWorld } from '../../../prover/machine/ProveWorld.ts'
import * as StepKinds from '../../../prover/machine/StepKinds.ts'
import * as Operation from '../../../prover/machine/state/Operation.ts'
import { type Program, traceOf } from './Program.ts'

/** The first step of each kind or opcode, with its operands, way of going on, and place among the steps of its operation. */
export function distinctSteps(program: Program): number[] {
  const m = startOf(program)
  const seen = new Set<string>()
  const steps: number[] = []
  for (let step = 0; ; step++) {
    const isHalted = m.haltedRoot !== undefined
    const { name, opcode } = nextStep(m)
    const { items } = m.frame.stack
    const taken = opcode === undefined ? [] : items.slice(items.length - (Opcodes.table[opcode]?.stackIn ?? 0))
    const before = [name, m.operation.position > 0, m.operation.scratch === undefined, m.call.kind, m.frame.kind]
    const skips = m.skipped.length
    Interpreter.step(m)
    const { operation, call, skipped } = m
    const halts = operation.kind === StepKinds.FRAME_EXIT && operation.next === Operation.EXCEPTIONAL_HALT
    const after = [operation.kind, operation.next, halts, call.touch, call.delegate !== 0n]
    const reason = skipped.length > skips ? skipped.at(-1)!.reason : ''
    const key = [...before, ...taken, ...after, reason]
    if (!seen.has(key.join())) {
      seen.add(key.join())
      steps.push(step)
    }
    if (isHalted) return steps
  }
}

/** Every step of these kinds and opcodes: what they do may depend on more than what `distinctSteps` looks at. */
export function stepsNamed(program: Program, names: readonly string[]): number[] {
  const m = startOf(program)
  const steps: number[] = []
  for (let step = 0; m.haltedRoot === undefined; step++) {
    if (names.includes(nextStep(m).name)) steps.push(step)
    Interpreter.step(m)
  }
  return steps
}

/** A machine of the program that may be run. */
function startOf(program: Program): Machine.Machine {
  const start = traceOf(program).machineAt(0)
  return Machine.fork(start, (start.world as ProveWorld).fork())
}
