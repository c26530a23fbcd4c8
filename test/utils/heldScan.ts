// The thread that scans a state, held up until the one that started it opens the gate.
import { getEnvironmentData } from 'node:worker_threads'

Atomics.wait(getEnvironmentData('gate') as Int32Array, 0, 0)
await import('../../prover/node/threads/scan.ts')
