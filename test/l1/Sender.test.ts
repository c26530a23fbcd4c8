import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { parseAbi, parseGwei } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { type Anvil, startAnvil } from '../../prover/devnet/Anvil.ts'
import { type Connection, connect, openWallet } from '../../prover/l1/Connection.ts'
import { Ledger } from '../../prover/l1/Ledger.ts'
import { Sender } from '../../prover/l1/Sender.ts'

const account = mnemonicToAccount('test test test test test test test test test test test junk')
const call = {
  move: 'nothing',
  to: '0x00000000000000000000000000000000000000aa',
  abi: parseAbi(['function nothing()']),
  functionName: 'nothing',
  args: [],
} as const

describe('Sender', () => {
  let anvil: Anvil
  let connection: Connection
  before(async () => {
    anvil = await startAnvil()
    connection = await connect(anvil.url)
  })
  after(() => anvil.stop())

  // N-23.
  it('replaces a transaction that the base fee has priced out', async () => {
    const { control } = anvil
    await control.setAutomine(false)
    const sender = new Sender('player', connection, openWallet(connection, account), new Ledger(), 300)
    const sent = sender.send(call)
    const [first] = await untilPending(connection)
    assert.ok(first !== undefined)

    // Far above what the first transaction offers: blocks pass it over until it is replaced.
    const dear = parseGwei('5000')
    const deadline = Date.now() + 20_000
    let included = false
    sent.then(() => {
      included = true
    })
    while (!included && Date.now() < deadline) {
      await control.setNextBlockBaseFeePerGas({ baseFeePerGas: dear })
      await control.mine({ blocks: 1 })
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    const result = await sent
    assert.ok(result.ok)
    assert.notEqual(result.receipt.transactionHash, first)
    assert.ok(result.receipt.effectiveGasPrice >= dear)
    assert.equal(await connection.client.getTransactionCount({ address: account.address }), 1)
  })
})

/** The hashes of the transactions that wait for a block. */
async function untilPending({ client }: Connection): Promise<readonly `0x${string}`[]> {
  for (;;) {
    const { transactions } = await client.getBlock({ blockTag: 'pending' })
    if (transactions.length > 0) return transactions
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
