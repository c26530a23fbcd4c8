// What is: accounts, storage, proofs, and calls that are only tried.
import { z } from 'zod'
import { keccak256 } from '../../commitment/Keccak.ts'
import * as StateDiff from '../../commitment/StateDiff.ts'
import * as Word from '../../commitment/Word.ts'
import type { BaseState } from '../../machine/BaseState.ts'
import { costsOf } from '../../machine/boundary/Transaction.ts'
import * as Executor from '../../machine/Executor.ts'
import * as Gas from '../../machine/Gas.ts'
import * as SystemAccount from '../../machine/SystemAccount.ts'
import * as Schema from '../../Schema.ts'
import type { StateTrie } from '../../state/StateTrie.ts'
import type { ChainReader } from '../ChainReader.ts'
import type { Mempool } from '../Mempool.ts'
import { blockAt } from './ChainMethods.ts'
import { type BlockTag, blockTag, type CallRequest, callRequest, type Methods, method, toHex } from './Method.ts'
import { codes, RpcError } from './RpcError.ts'

const tagOrLatest = blockTag.default('latest')
const slot = z.union([Schema.unsigned(256), Schema.word.transform(Word.toBigint)])

export function stateMethods(chain: ChainReader, mempool: Mempool): Methods {
  const accountAt = (address: Uint8Array, tag: BlockTag) => stateAt(chain, tag).account(keccak256(address))
  return {
    eth_getBalance: method([Schema.address, tagOrLatest], (address, tag) =>
      toHex(accountAt(address, tag)?.balance ?? 0n),
    ),
    eth_getTransactionCount: method([Schema.address, tagOrLatest], (address, tag) =>
      toHex(tag === 'pending' ? mempool.nextNonce(address) : (accountAt(address, tag)?.nonce ?? 0n)),
    ),
    eth_getCode: method([Schema.address, tagOrLatest], (address, tag) => {
      const state = stateAt(chain, tag)
      return toHex(state.code(state.account(keccak256(address))?.codeHash ?? StateDiff.emptyCodeHash))
    }),
    eth_getStorageAt: method([Schema.address, slot, tagOrLatest], (address, index, tag) => {
      const value = stateAt(chain, tag).slot(keccak256(address), SystemAccount.slotKey(index))
      return toHex(Word.fromBigint(value))
    }),
    eth_getProof: method([Schema.address, z.array(slot), tagOrLatest], (address, slots, tag) =>
      proofOf(provableAt(chain, tag), address, slots),
    ),
    eth_call: method([callRequest, tagOrLatest], (request, tag) =>
      toHex(outputOf(run(chain, stateAt(chain, tag), request, gasLimitOf(chain, request)))),
    ),
    eth_estimateGas: method([callRequest, tagOrLatest], (request, tag) =>
      toHex(estimateGas(chain, stateAt(chain, tag), request)),
    ),
  }
}

/** The state after a block: the flat one for the newest, else the trie of the batch that ends with it. */
function stateAt(chain: ChainReader, tag: BlockTag): BaseState {
  if (tag === 'latest' || tag === 'pending' || tag === 'safe' || tag === 'finalized') return chain.store.state
  const number = blockAt(chain, tag)?.number
  return number === chain.store.newestBlock ? chain.store.state : provableAt(chain, tag)
}

function provableAt(chain: ChainReader, tag: BlockTag): StateTrie {
  const block = blockAt(chain, tag)
  if (block === undefined) throw new RpcError(codes.refused, 'unknown block')
  const state = chain.stateAfter(block.number)
  if (state === undefined) {
    throw new RpcError(
      codes.refused,
      `the state after block ${block.number} is not kept: only those at the ends of batches are`,
    )
  }
  return state
}

function proofOf(state: StateTrie, address: Uint8Array, slots: readonly bigint[]) {
  const accountKey = keccak256(address)
  const account = state.account(accountKey)
  return {
    address: toHex(address),
    balance: toHex(account?.balance ?? 0n),
    nonce: toHex(account?.nonce ?? 0n),
    codeHash: toHex(account?.codeHash ?? StateDiff.emptyCodeHash),
    storageHash: toHex(state.storageOf(accountKey).root()),
    accountProof: state.accountNodes(accountKey).map((node) => toHex(node)),
    storageProof: slots.map((index) => {
      const slotKey = SystemAccount.slotKey(index)
      const proof = state.storageNodes(accountKey, slotKey).map((node) => toHex(node))
      return { key: toHex(Word.fromBigint(index)), value: toHex(state.slot(accountKey, slotKey)), proof }
    }),
  }
}

function run(chain: ChainReader, state: BaseState, request: CallRequest, gas: number): Executor.CallResult {
  const { from, to, data, value, authorizations } = request
  try {
    return Executor.call(state, { from, to, data, value, gas, authorizations }, chain.store.genesis.config)
  } catch (error) {
    if (error instanceof Executor.InsufficientBalanceError) throw new RpcError(codes.refused, error.message)
    throw error
  }
}

/** What a call may spend: never more than a transaction, whose memory is all that the machine has room for. */
function gasLimitOf(chain: ChainReader, request: CallRequest): number {
  const { blockGasLimit } = chain.store.genesis.config
  return Math.min(Number(request.gas ?? Infinity), Number(blockGasLimit), Gas.MAX_TRANSACTION_GAS)
}

/** What a call returns; an error of the answer if it doesn't. */
function outputOf({ status, output }: Executor.CallResult): Uint8Array {
  if (status === 'returned') return output
  if (status === 'reverted') throw new RpcError(codes.reverted, 'execution reverted', toHex(output))
  throw new RpcError(codes.refused, 'execution halted: out of gas, or an invalid instruction')
}

/** The least gas limit with which the transaction succeeds, to within 1/64: a call gets only 63/64 of what is left. */
function estimateGas(chain: ChainReader, state: BaseState, request: CallRequest): bigint {
  const { intrinsic, floor } = costsOf(request.data, request.to === undefined, request, request.authorizationCount)
  const limit = gasLimitOf(chain, request)
  const most = limit - intrinsic
  if (most < 0) throw new RpcError(codes.refused, `gas ${limit} is below the intrinsic gas ${intrinsic}`)
  const result = run(chain, state, request, most)
  outputOf(result)
  let [tooLittle, enough] = [result.gasUsed - 1, most]
  while (enough - tooLittle > Math.max(1, enough / 64)) {
    const middle = Math.floor((tooLittle + enough) / 2)
    if (run(chain, state, request, middle).status === 'returned') enough = middle
    else tooLittle = middle
  }
  return BigInt(Math.max(intrinsic + enough, floor))
}
