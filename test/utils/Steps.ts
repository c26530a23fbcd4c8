/** Single steps for the verifier on L1: the state before, the witness, and the state after. */
import { encodeAbiParameters, type Hex, parseAbiParameters, toHex } from 'viem'
import { nextStep, witnessOf } from '../../prover/machine/BatchTrace.ts'
import * as Interpreter from '../../prover/machine/Interpreter.ts'
import type { Machine } from '../../prover/machine/Machine.ts'
import * as MachineState from '../../prover/machine/state/MachineState.ts'

export interface Step {
  readonly name: string
  readonly kind: number
  /** 0 unless the kind is INSTRUCTION. */
  readonly opcode: number
  readonly preState: Hex
  readonly witness: Hex
  readonly postState: Hex
}

/** The next step of `m`, which makes it. */
export function take(m: Machine): Step {
  const preState = toHex(MachineState.machineHash(m))
  const { kind, opcode, name } = nextStep(m)
  const witness = toHex(witnessOf(m))
  return { name, kind, opcode: opcode ?? 0, preState, witness, postState: toHex(MachineState.machineHash(m)) }
}

/** Runs `m` to its end, or until `isOver`, and keeps at most `most` steps of a name: a loop must not crowd out the rest. */
export function record(m: Machine, most: number, isOver: () => boolean = () => false): Step[] {
  const steps: Step[] = []
  const counts = new Map<string, number>()
  while (m.haltedRoot === undefined && !isOver()) {
    const { name } = nextStep(m)
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    if (count <= most) steps.push(take(m))
    else Interpreter.step(m)
  }
  return steps
}

/** The steps as the tests in Solidity decode them: Step[]. */
export function encode(steps: readonly Step[]): Hex {
  const parameters = parseAbiParameters([
    'Step[] steps',
    'struct Step { string name; uint8 kind; uint8 opcode; bytes32 preState; bytes witness; bytes32 postState; }',
  ])
  return encodeAbiParameters(parameters, [steps])
}
