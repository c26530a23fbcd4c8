// A process that runs the portions of cases that it is sent, and answers every case.
import type { Lines } from '../cases/Fixtures.ts'
import { casesIn, type StateCase } from '../cases/StateCase.ts'
import { check, type Outcome } from './CaseRun.ts'
import type { Portion } from './Plan.ts'

/** What a worker says once it can be sent portions. */
export type Ready = 'ready'

/** What came of one case. After the last one of a portion, the worker is free. */
export interface Answer {
  readonly id: string
  readonly outcome: Outcome
  readonly milliseconds: number
  readonly isLast: boolean
}

/** The files that were opened, by folder. */
const files = new Map<string, Lines<StateCase>>()

process.on('message', ({ from, folder, cases }: Portion) => {
  const file = files.get(folder) ?? casesIn(folder, from)
  files.set(folder, file)
  for (const [position, { index, id }] of cases.entries()) {
    const start = performance.now()
    const outcome = check(file.at(index))
    const answer: Answer = {
      id,
      outcome,
      milliseconds: performance.now() - start,
      isLast: position === cases.length - 1,
    }
    process.send!(answer)
  }
})

const ready: Ready = 'ready'
process.send!(ready)
