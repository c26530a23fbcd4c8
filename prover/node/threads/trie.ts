// The thread that computes tries: reads the store of the process that it is in, as it is when a trie is asked for.
import { workerData } from 'node:worker_threads'
import * as Database from '../../state/Database.ts'
import * as TriePlan from '../../state/TriePlan.ts'
import { serve } from './Service.ts'

const database = await Database.open(workerData, false)

serve((request: TriePlan.TrieRequest) => {
  const snapshot = database.snapshot()
  try {
    const answer = TriePlan.compute({ get: (key) => database.getSync(key, { snapshot }) }, request)
    return { answer, transfer: answer?.portions.map(({ buffer }) => buffer) ?? [] }
  } finally {
    void snapshot.close()
  }
})
