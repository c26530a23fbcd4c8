/** What a PRECOMPILE step came to. */
import type { Machine } from '../../../prover/machine/Machine.ts'
import * as StepKinds from '../../../prover/machine/StepKinds.ts'
import { type Before, hasHalted } from './Outcome.ts'

export function outcomeOf(_before: Before, m: Machine): string {
  if (hasHalted(m)) return 'halt: gas'
  if (m.operation.kind !== StepKinds.FRAME_EXIT) return 'begins'
  return m.operation.source.length === 0 ? 'empty output' : 'output'
}
