// A thread that answers numbers with themselves, the number 1 after a while.
import { serve } from '../../prover/node/threads/Service.ts'

serve(async (request: unknown) => {
  if (typeof request !== 'number') throw new TypeError(`expected a number, got ${request}`)
  if (request === 1) await new Promise((resolve) => setTimeout(resolve, 50))
  return { answer: request, transfer: [] }
})
