import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { encodeAbiParameters, keccak256, parseAbiParameters, stringToHex } from 'viem'
import * as BatchHeader from '../../prover/batch/BatchHeader.ts'

const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}` as const

describe('BatchHeader', () => {
  test('hashes what the contract hashes', () => {
    const previous = new Uint8Array(32).fill(1)
    const payloadRoot = new Uint8Array(32).fill(2)
    const chainHash = BatchHeader.chainHashOf({ previous, payloadRoot, payloadLength: 131_072, l1Time: 2n ** 64n - 1n })
    const types = parseAbiParameters('bytes32, bytes32, bytes32, uint32, uint64')
    const tag = stringToHex('Inbox', { size: 32 })
    const encoded = encodeAbiParameters(types, [tag, hex(previous), hex(payloadRoot), 131_072, 2n ** 64n - 1n])
    assert.equal(hex(chainHash), keccak256(encoded))
  })

  test('begins with the genesis state root', () => {
    const root = new Uint8Array(32).fill(3)
    const encoded = encodeAbiParameters(parseAbiParameters('bytes32, bytes32'), [
      stringToHex('InboxGenesis', { size: 32 }),
      hex(root),
    ])
    assert.equal(hex(BatchHeader.genesisChainHash(root)), keccak256(encoded))
  })
})
