import { type Transferable, Worker } from 'node:worker_threads'
import type { Reply } from './Service.ts'

/** A request that waits for its reply. */
interface Owed<A> {
  resolve(answer: A): void
  reject(error: ThreadError): void
}

/**
 * A worker thread that answers requests in their order. It keeps the process alive only while it owes an answer, and owes
 * none after it has failed: then all requests are refused.
 */
export class Thread<Q, A> {
  readonly #owed: Owed<A>[] = []
  #worker: Worker | undefined
  #failure: ThreadError | undefined

  /** Starts the thread of a module that calls `serve`. Nobody has to wait for that: requests do. */
  constructor(module: URL, data?: unknown) {
    try {
      this.#worker = this.#start(module, data)
    } catch (error) {
      this.#fail(reasonOf(error))
    }
  }

  /** Asks for something. What is in `transfer` goes over to the thread. Rejects with a `ThreadError` alone. */
  ask(request: Q, transfer: readonly Transferable[] = []): Promise<A> {
    const worker = this.#worker
    if (this.#failure !== undefined || worker === undefined) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      try {
        worker.postMessage(request, transfer)
      } catch (error) {
        return reject(new ThreadError(reasonOf(error))) // it can't be sent, and no reply comes
      }
      this.#owed.push({ resolve, reject })
      worker.ref()
    })
  }

  /** Ends the thread, whatever it is doing: requests that wait are refused. */
  async close(): Promise<void> {
    this.#fail('it was closed')
    await this.#worker?.terminate()
  }

  #settle(reply: Reply<A>): void {
    const owed = this.#owed.shift()
    if (this.#owed.length === 0) this.#worker?.unref()
    if ('answer' in reply) owed?.resolve(reply.answer)
    else owed?.reject(new ThreadError(reply.error))
  }

  #fail(reason: string): void {
    this.#failure ??= new ThreadError(reason)
    for (const { reject } of this.#owed.splice(0)) reject(this.#failure)
    this.#worker?.unref()
  }

  #start(module: URL, data: unknown): Worker {
    const worker = new Worker(entryOf(module), { workerData: data })
    worker.unref()
    worker.on('message', (reply: Reply<A>) => this.#settle(reply))
    worker.on('error', (error) => this.#fail(reasonOf(error)))
    worker.on('messageerror', (error) => this.#fail(reasonOf(error)))
    worker.on('exit', (code) => this.#fail(`it ended with exit code ${code}`))
    return worker
  }
}

/** Node does not let the loader of this thread read the first module of another one, which thus begins with a loader. */
function entryOf(module: URL): URL {
  const register = JSON.stringify(import.meta.resolve('tsx/esm/api'))
  const source = `import { register } from ${register}\nregister()\nawait import(${JSON.stringify(module.href)})`
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`)
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** A thread can't do what it was asked to. */
export class ThreadError extends Error {
  override readonly name = 'ThreadError'
}
