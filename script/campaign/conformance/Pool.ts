/** Worker processes that share the portions of a campaign. */
import { type ChildProcess, fork } from 'node:child_process'
import type { Outcome } from './CaseRun.ts'
import type { Portion } from './Plan.ts'
import type { Answer, Ready } from './Worker.ts'

export type Report = (folder: string, id: string, outcome: Outcome, milliseconds: number) => void

/** Runs all portions on `count` processes and reports every case of them. */
export async function run(portions: readonly Portion[], count: number, report: Report): Promise<void> {
  const queue = portions.slice()
  await Promise.all(Array.from({ length: Math.min(count, portions.length) }, () => work(queue, report)))
}

/** One worker after the other, until nothing is left: a case that ends its worker fails, and the rest goes on in a new one. */
async function work(queue: Portion[], report: Report): Promise<void> {
  while (queue.length > 0) {
    const worker = fork(new URL('./Worker.ts', import.meta.url), {
      execArgv: ['--import', import.meta.resolve('tsx')],
      stdio: ['ignore', 2, 2, 'ipc'],
    })
    try {
      await serve(worker, queue, report)
    } finally {
      worker.kill()
    }
  }
}

/** Feeds a worker until nothing is left or the worker has ended. */
function serve(worker: ChildProcess, queue: Portion[], report: Report): Promise<void> {
  return new Promise((resolve, reject) => {
    let portion: Portion | undefined
    let answered = 0
    const next = () => {
      portion = queue.shift()
      answered = 0
      if (portion === undefined) resolve()
      else worker.send(portion)
    }
    worker.on('message', (message: Answer | Ready) => {
      if (message === 'ready') return next()
      const { id, outcome, milliseconds, isLast } = message
      answered++
      report(portion!.folder, id, outcome, milliseconds)
      if (isLast) next()
    })
    worker.on('error', reject)
    worker.on('exit', (code, signal) => {
      if (portion === undefined) return reject(new Error('a worker ended before it was sent anything'))
      const detail = `the process that ran it ended (${signal ?? `exit code ${code}`})`
      report(portion.folder, portion.cases[answered]!.id, { status: 'failed', detail, steps: 0 }, 0)
      const rest = portion.cases.slice(answered + 1)
      if (rest.length > 0) queue.unshift({ ...portion, cases: rest })
      resolve()
    })
  })
}
