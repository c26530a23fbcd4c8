import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { InputError } from '../../Schema.ts'
import type { Store } from '../../state/Store.ts'
import { ChainReader } from '../ChainReader.ts'
import { type Mempool, MempoolError } from '../Mempool.ts'
import { chainMethods } from './ChainMethods.ts'
import type { Methods } from './Method.ts'
import { codes, RpcError } from './RpcError.ts'
import { stateMethods } from './StateMethods.ts'

const maxBodyBytes = 1 << 20
const maxBatchLength = 100

const requestSchema = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number(), z.null()]).optional(),
  method: z.string(),
  params: z.union([z.array(z.unknown()), z.object({}).transform(() => [])]).default([]),
})

/** A server that listens. */
export interface RpcServer {
  readonly url: string
  close(): Promise<void>
}

/** Serves Ethereum's JSON-RPC over HTTP for a chain and the transactions that wait for it. Port 0 takes any free one. */
export async function serveRpc(store: Store, mempool: Mempool, port: number, host = '127.0.0.1'): Promise<RpcServer> {
  const chain = new ChainReader(store)
  const methods = { ...chainMethods(chain, mempool), ...stateMethods(chain, mempool) }
  const server = createServer((request, response) => {
    handle(methods, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve, reject) => {
      server.close((error) => (error === undefined ? resolve() : reject(error)))
      server.closeAllConnections()
    })
  return { url: `http://${host}:${address.port}`, close }
}

/** The answer to a request body: of one request, of a batch of them, or nothing if all of them are notifications. */
export function answer(methods: Methods, body: string): string | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return JSON.stringify(failure(null, new RpcError(codes.parse, 'the body is not JSON')))
  }
  if (!Array.isArray(parsed)) {
    const single = answerOne(methods, parsed)
    return single === undefined ? undefined : JSON.stringify(single)
  }
  if (parsed.length === 0 || parsed.length > maxBatchLength) {
    const problem = `a batch has 1 to ${maxBatchLength} requests, not ${parsed.length}`
    return JSON.stringify(failure(null, new RpcError(codes.invalidRequest, problem)))
  }
  const answers = parsed.map((request) => answerOne(methods, request)).filter((entry) => entry !== undefined)
  return answers.length === 0 ? undefined : JSON.stringify(answers)
}

function answerOne(methods: Methods, request: unknown): object | undefined {
  const parsed = requestSchema.safeParse(request)
  if (!parsed.success) return failure(null, new RpcError(codes.invalidRequest, 'not a JSON-RPC 2.0 request'))
  const { id, method: name, params } = parsed.data
  let result: object
  try {
    const run = Object.hasOwn(methods, name) ? methods[name] : undefined
    if (run === undefined) throw new RpcError(codes.unknownMethod, `the method ${name} does not exist`)
    result = { jsonrpc: '2.0', id, result: run(params) }
  } catch (error) {
    result = failure(id ?? null, toRpcError(error))
  }
  return id === undefined ? undefined : result
}

function failure(id: string | number | null, { code, message, data }: RpcError): object {
  return { jsonrpc: '2.0', id, error: { code, message, ...(data === undefined ? {} : { data }) } }
}

/** Errors that are the caller's say why; others are ours, and their text may say what is nobody's business. */
function toRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error
  if (error instanceof InputError) return new RpcError(codes.invalidParams, error.message)
  if (error instanceof MempoolError) return new RpcError(codes.refused, error.message)
  console.error(error)
  return new RpcError(codes.internal, 'internal error')
}

async function handle(methods: Methods, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('access-control-allow-origin', '*')
  response.setHeader('access-control-allow-headers', 'content-type')
  if (request.method === 'OPTIONS') return void response.writeHead(204).end()
  if (request.method !== 'POST') return void response.writeHead(405, { allow: 'POST' }).end()
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBodyBytes) return void response.writeHead(413).end()
    chunks.push(chunk)
  }
  const text = answer(methods, Buffer.concat(chunks).toString())
  if (text === undefined) return void response.writeHead(204).end()
  response.writeHead(200, { 'content-type': 'application/json' }).end(text)
}
