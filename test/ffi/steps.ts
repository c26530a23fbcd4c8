// Steps of the programs in test/machine/programs: `steps.ts "NAME NAME"` gives those that differ, `steps.ts NAME:1,5,9` the
// named ones, `steps.ts NAME:*7` every seventh, `steps.ts NAME:SSTORE,CREDIT` all of these kinds and opcodes: for each the
// state before, the witness, and the state after.
import * as Interpreter from '../../prover/machine/Interpreter.ts'
import * as Machine from '../../prover/machine/Machine.ts'
import type { ProveWorld } from '../../prover/machine/ProveWorld.ts'
import { programs } from '../machine/programs/index.ts'
import { type Program, traceOf } from '../machine/programs/Program.ts'
import { distinctSteps, stepsNamed } from '../machine/programs/sample.ts'
import * as Steps from '../utils/Steps.ts'

const steps = (process.argv[2] ?? '').split(' ').flatMap((argument) => {
  const [name = '', selection] = argument.split(':')
  const make = programs[name]
  if (make === undefined) {
    console.error(`no program "${name}", expected one of ${Object.keys(programs).join(' ')}`)
    process.exit(2)
  }
  return stepsOf(name, make(), selection)
})
process.stdout.write(Steps.encode(steps))

function stepsOf(program: string, made: Program, selection: string | undefined) {
  const current = forkOf(traceOf(made).machineAt(0))
  let at = 0
  return chosenSteps(made, selection).map((step) => {
    Interpreter.advance(current, step - at)
    at = step
    const taken = Steps.take(forkOf(current))
    return { ...taken, name: `${program}:${step} ${taken.name}` }
  })
}

function chosenSteps(program: Program, selection: string | undefined): number[] {
  if (selection === undefined) return distinctSteps(program)
  if (/^\d/.test(selection)) return selection.split(',').map(Number)
  if (!selection.startsWith('*')) return stepsNamed(program, selection.split(','))
  const stride = Number(selection.slice(1))
  const count = Math.ceil(Number(traceOf(program).stepCount) / stride)
  return Array.from({ length: count }, (_, index) => index * stride)
}

function forkOf(m: Machine.Machine): Machine.Machine {
  return Machine.fork(m, (m.world as ProveWorld).fork())
}
