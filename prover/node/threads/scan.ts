// The thread that scans a state: reads the store of the process that it is in, as it is when the scan begins.
import { workerData } from 'node:worker_threads'
import * as Database from '../../state/Database.ts'
import { type ScanPlan, TrieScan } from '../../state/TrieScan.ts'
import { serve } from './Service.ts'

const database = await Database.open(workerData, false)
let scan: TrieScan | undefined

/** A plan begins a scan, nothing asks for the next portion of it. */
serve(async (plan: ScanPlan | undefined) => {
  if (plan !== undefined) scan = await TrieScan.begin(database, plan)
  const answer = await scan?.next()
  return { answer, transfer: answer === undefined ? [] : [answer.nodes.buffer] }
})
