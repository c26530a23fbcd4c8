import { parentPort, type Transferable } from 'node:worker_threads'

/** What a thread sends back for a request: its answer, or why there is none. */
export type Reply<A> = { readonly answer: A } | { readonly error: string }

/** An answer with what of it is handed over instead of copied. */
export interface Answered<A> {
  readonly answer: A
  readonly transfer: readonly Transferable[]
}

/** In a worker thread: answers the requests of its `Thread`, in their order. */
export function serve<Q, A>(answerTo: (request: Q) => Answered<A> | Promise<Answered<A>>): void {
  let last = Promise.resolve()
  parentPort!.on('message', (request: Q) => {
    last = last.then(async () => {
      const { reply, transfer } = await replyTo(request, answerTo)
      parentPort!.postMessage(reply, transfer)
    })
  })
}

async function replyTo<Q, A>(request: Q, answerTo: (request: Q) => Answered<A> | Promise<Answered<A>>) {
  try {
    const { answer, transfer } = await answerTo(request)
    return { reply: { answer } satisfies Reply<A>, transfer }
  } catch (error) {
    const reply: Reply<A> = { error: error instanceof Error ? error.message : String(error) }
    return { reply, transfer: [] }
  }
}
