/** An answer of JSON-RPC that is an error. */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: number
  /** 0x-hexadecimal, of a revert. */
  readonly data: string | undefined

  constructor(code: number, message: string, data?: string) {
    super(message)
    this.code = code
    this.data = data
  }
}

/** The codes of JSON-RPC 2.0 and of Ethereum's nodes. */
export const codes = {
  parse: -32700,
  invalidRequest: -32600,
  unknownMethod: -32601,
  invalidParams: -32602,
  internal: -32603,
  /** The request is sound, but can't be done. */
  refused: -32000,
  reverted: 3,
} as const
