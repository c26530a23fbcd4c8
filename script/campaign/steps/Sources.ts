/** Where the steps come from: the official state cases, batches of the fuzzer, and the programs of the machine's own tests. */
import type { Machine } from '../../../prover/machine/Machine.ts'
import { programs } from '../../../test/machine/programs/index.ts'
import { type Program, traceOf } from '../../../test/machine/programs/Program.ts'
import * as CaseMachine from '../cases/CaseMachine.ts'
import * as StateCase from '../cases/StateCase.ts'
import * as CaseGenerator from '../fuzz/CaseGenerator.ts'
import * as FuzzCase from '../fuzz/FuzzCase.ts'

/** A run of the machine that steps can be taken out of. */
export interface Source {
  /** Says everything that is needed to make the run again. */
  readonly id: string
  /** Steps to choose from, from the first one on: some official cases make millions that are all alike. */
  readonly scanned: number
  /** A machine of prove mode before the first step. */
  start(): Machine
  /** Whether no step is to be made any more. */
  isOver(m: Machine): boolean
}

/** The official state cases of the folders whose name has `part` in it, `every`-th of them by the hash of their ids. */
export function* officialCases(part: string, every: number, scanned: number): Generator<Source> {
  for (const test of StateCase.casesOf(part)) {
    if (every > 1 && !StateCase.isSampled(test.id, every)) continue
    yield { id: test.id, scanned, start: () => CaseMachine.proveMachineOf(test), isOver: CaseMachine.isOver }
  }
}

/** The programs that test the machine itself: what no official case reaches, and whole batches. */
export function* ownPrograms(): Generator<Source> {
  for (const [name, make] of Object.entries(programs)) yield batch(`program ${name}`, make)
}

/** The first `count` batches of the fuzzer for a seed. */
export function* fuzzBatches(seed: string, count: number): Generator<Source> {
  for (let index = 0; index < count; index++) {
    const name = `${seed}:${index}`
    yield batch(`fuzz ${name}`, () => FuzzCase.programOf(CaseGenerator.makeCase(name)))
  }
}

export function* withId(sources: Iterable<Source>, id: string): Generator<Source> {
  for (const source of sources) if (source.id === id) yield source
}

function batch(id: string, make: () => Program): Source {
  const isOver = ({ haltedRoot }: Machine) => haltedRoot !== undefined
  return { id, scanned: Number.POSITIVE_INFINITY, start: () => traceOf(make()).machineAt(0), isOver }
}
