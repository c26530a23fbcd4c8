// The thread of a RecoveryWorker: recovers signers, and tells what it has found.
import * as Recovery from '../../machine/boundary/Recovery.ts'
import * as TransactionDecoder from '../../machine/boundary/TransactionDecoder.ts'
import * as RecoveryJob from './RecoveryJob.ts'
import { serve } from './Service.ts'

serve((job: RecoveryJob.RecoveryJob) => {
  TransactionDecoder.forget()
  RecoveryJob.work(job)
  const signers = Recovery.packKnown()
  return { answer: signers, transfer: [signers.buffer] }
})
