import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import * as Schema from '../../Schema.ts'
import type { Store } from '../../state/Store.ts'
import { ChainReader } from '../ChainReader.ts'
import { type Mempool, MempoolError } from '../Mempool.ts'
import type { RecoveryWorker } from '../threads/RecoveryWorker.ts'
import { chainMethods } from './ChainMethods.ts'
import type { Methods } from './Method.ts'
import { codes, RpcError } from './RpcError.ts'
import { stateMethods } from './StateMethods.ts'

const maxBodyBytes = 1 << 20
const maxBatchLength = 100
/** Transactions of one body from which on their signers are recovered ahead: to ask for it costs as much as one of them. */
const minAhead = 4

const requestSchema = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number(), z.null()]).optional(),
  method: z.string(),
  params: z.union([z.array(z.unknown()), z.object({}).transform(() => [])]).default([]),
})

const sendSchema = z.object({ method: z.literal('eth_sendRawTransaction'), params: z.tuple([Schema.bytes]) })

/** A server that listens. */
export interface RpcServer {
  readonly url: string
  close(): Promise<void>
}

/** Recovers the signers of transactions before they are asked for (N-24). */
type Recover = (transactions: readonly Uint8Array[]) => Promise<void>

/** Serves Ethereum's JSON-RPC over HTTP for a chain and the transactions that wait for it. Port 0 takes any free one. */
export async function serveRpc(
  store: Store,
  mempool: Mempool,
  port: number,
  { host = '127.0.0.1', recovery }: { host?: string; recovery?: RecoveryWorker } = {},
): Promise<RpcServer> {
  const chain = new ChainReader(store)
  const methods = { ...chainMethods(chain, mempool), ...stateMethods(chain, mempool) }
  const recover: Recover = async (transactions) => recovery?.recover(transactions, store.genesis.config.chainId)
  const server = createServer((request, response) => {
    handle(methods, recover, request, response).catch(() => response.destroy())
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
async function answer(methods: Methods, recover: Recover, body: string): Promise<string | undefined> {
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
  const sent = sentIn(parsed)
  if (sent.length >= minAhead) await recover(sent)
  const answers = parsed.map((request) => answerOne(methods, request)).filter((entry) => entry !== undefined)
  return answers.length === 0 ? undefined : JSON.stringify(answers)
}

/** The transactions that requests send, as far as they are bytes. */
function sentIn(requests: readonly unknown[]): Uint8Array[] {
  return requests.flatMap((request) => {
    const sent = sendSchema.safeParse(request)
    return sent.success ? [sent.data.params[0]] : []
  })
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
  if (error instanceof Schema.InputError) return new RpcError(codes.invalidParams, error.message)
  if (error instanceof MempoolError) return new RpcError(codes.refused, error.message)
  console.error(error)
  return new RpcError(codes.internal, 'internal error')
}

async function handle(
  methods: Methods,
  recover: Recover,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
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
  const text = await answer(methods, recover, Buffer.concat(chunks).toString())
  if (text === undefined) return void response.writeHead(204).end()
  response.writeHead(200, { 'content-type': 'application/json' }).end(text)
}
