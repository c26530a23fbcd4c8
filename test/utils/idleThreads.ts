// Starts a thread, has it work, and does nothing more: the process has to end by itself.
import { RecoveryWorker } from '../../prover/node/threads/RecoveryWorker.ts'

const worker = await RecoveryWorker.start()
await worker.recover([Uint8Array.of(1, 2, 3)], 901n)
console.log('done')
