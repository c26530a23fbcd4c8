import * as PayloadCodec from '../../batch/PayloadCodec.ts'
import * as Recovery from '../../machine/boundary/Recovery.ts'
import * as RecoveryJob from './RecoveryJob.ts'
import { Thread } from './Thread.ts'

/** Where it is said that a thread has failed. */
export type Warn = (message: string) => void

/** Transactions whose signers are being recovered ahead. */
export interface Ahead {
  /** When the thread has told what it found; also when it has failed, and found nothing. Never rejects. */
  readonly done: Promise<void>
  /** Recovers in this thread what the other one has not begun with, and waits for what it has. */
  finish(): Promise<void>
}

const module = new URL('./recovery.ts', import.meta.url)
const nothing: Ahead = { done: Promise.resolve(), finish: () => Promise.resolve() }

/**
 * A thread that recovers the signers of transactions before they are executed (N-24). Nothing depends on it: what it has not
 * told is recovered where it is needed.
 */
export class RecoveryWorker {
  readonly #thread: Thread<RecoveryJob.RecoveryJob, Uint8Array>
  readonly #warn: Warn
  #state: 'working' | 'failed' | 'closed' = 'working'

  constructor(warn: Warn = console.error, thread = module) {
    this.#thread = new Thread(thread)
    this.#warn = warn
  }

  /** A worker that has started, or has failed to. */
  static async start(warn?: Warn, thread?: URL): Promise<RecoveryWorker> {
    const worker = new RecoveryWorker(warn, thread)
    await worker.recover([], 0n)
    return worker
  }

  /** Begins with the transactions of a payload. */
  begin(payload: Uint8Array, maxTransactionBytes: number, chainId: bigint): Ahead {
    if (this.#state !== 'working') return nothing
    const job = RecoveryJob.jobOf(payload, maxTransactionBytes, chainId)
    const done = this.#thread.ask(job).then(
      (signers) => Recovery.learn(signers),
      (error: Error) => this.#fail(error),
    )
    // A thread that is busy with what others have sent, such as clients of JSON-RPC, would answer after that.
    const finish = () => (this.#state === 'working' && RecoveryJob.work(job) ? Promise.resolve() : done)
    return { done, finish }
  }

  /** Has the thread recover the signers of all these transactions. */
  recover(transactions: readonly Uint8Array[], chainId: bigint): Promise<void> {
    const payload = PayloadCodec.encode([{ time: 0n, transactions }])
    return this.begin(payload, payload.length, chainId).done
  }

  async close(): Promise<void> {
    this.#state = 'closed'
    await this.#thread.close()
  }

  #fail({ message }: Error): void {
    if (this.#state !== 'working') return
    this.#state = 'failed'
    this.#warn(`the thread that recovers signers has failed, they are recovered in line from now on: ${message}`)
  }
}
