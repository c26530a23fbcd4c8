// Cases for test/machine/boundary/TransactionDecoder.t.sol: raw transactions, with what @ethereumjs/tx (or the official
// tests, for the argument "official") says of each.
import { Common, Hardfork, Mainnet } from '@ethereumjs/common'
import { createTx, createTxFromRLP, type TypedTransaction } from '@ethereumjs/tx'
import { encodeAbiParameters, parseAbiParameters, toHex, zeroAddress, zeroHash } from 'viem'
import { bytesOf } from '../../script/campaign/cases/Fixtures.ts'
import { transactionCases } from '../../script/campaign/cases/TransactionCase.ts'
import { Random } from '../utils/Random.ts'

interface Case {
  name: string
  raw: `0x${string}`
  valid: boolean
  /** The rest is zero where it is not valid, or not known. */
  sender: `0x${string}`
  hash: `0x${string}`
  executionGas: bigint
  floorGas: bigint
}

const common = new Common({ chain: Mainnet, hardfork: Hardfork.Osaka })

const argument = process.argv[2] ?? ''
const cases = argument === 'official' ? officialCases() : generatedCases(new Random(argument))
const parameters = parseAbiParameters([
  'Case[] cases',
  'struct Case { string name; bytes raw; bool valid; address sender; bytes32 hash; uint256 executionGas; uint256 floorGas; }',
])
process.stdout.write(encodeAbiParameters(parameters, [cases]))

function officialCases(): Case[] {
  return transactionCases().map(({ name, raw, expect }) => {
    // What the balance can't cover is found with the sender, after decoding.
    const valid = expect.exception === undefined || /PRODUCT_OVERFLOW/.test(expect.exception)
    if (expect.exception !== undefined) return { ...invalid(name, raw), valid }
    const gasLimit = createTxFromRLP(bytesOf(raw), { common }).gasLimit
    const executionGas = gasLimit - BigInt(expect.intrinsicGas)
    return {
      name,
      raw,
      valid,
      sender: expect.sender!,
      hash: expect.hash!,
      executionGas,
      floorGas: BigInt(expect.floorGas!),
    }
  })
}

function invalid(name: string, raw: `0x${string}`): Case {
  return { name, raw, valid: false, sender: zeroAddress, hash: zeroHash, executionGas: 0n, floorGas: 0n }
}

/** Transactions of all kinds, and each with a few random changes of its bytes. */
function generatedCases(random: Random): Case[] {
  return Array.from({ length: 48 }, (_, index) => makeTransaction(random, index)).flatMap((transaction, index) => {
    const raw = transaction.serialize()
    const changed = Array.from({ length: 6 }, () => change(random, raw))
    return [raw, ...changed].map((bytes, i) => judge(`${index}.${i}`, bytes))
  })
}

function makeTransaction(random: Random, index: number): TypedTransaction {
  const type = [0, 1, 2, 4][index % 4]!
  const dataLength = random.pick([0, 1, 31, 32, 33, 55, 56, 200, 300])
  const data = random.bytes(dataLength).map((byte) => (byte < 100 ? 0 : byte))
  const accessList = Array.from({ length: random.below(4) }, () => ({
    address: toHex(random.bytes(20)),
    storageKeys: Array.from({ length: random.below(4) }, () => toHex(random.word())),
  }))
  const authorizationList = Array.from({ length: 1 + random.below(3) }, () => ({
    chainId: toHex(random.pick([0, 1, 2 ** 40])),
    address: toHex(random.bytes(20)),
    nonce: toHex(random.pick([0n, 1n, 128n, 2n ** 64n - 1n])),
    yParity: toHex(random.pick([0, 1, 2, 255])),
    r: toHex(random.pick([0n, 1n, BigInt(toHex(random.word()))])),
    s: toHex(random.pick([0n, 1n, BigInt(toHex(random.word()))])),
  }))
  const maxFeePerGas = BigInt(random.below(2 ** 40))
  const fields = {
    type,
    nonce: random.pick([0, 1, 127, 128, 255, 256, 2 ** 40]),
    gasLimit: random.pick([21_000, 60_000, 2 ** 24, 100_000]),
    ...(type !== 4 && random.below(4) === 0 ? {} : { to: toHex(random.bytes(20)) }),
    value: random.pick([0n, 1n, 10n ** 18n]),
    data,
    ...(type >= 2 ? { maxFeePerGas, maxPriorityFeePerGas: maxFeePerGas / 2n } : { gasPrice: maxFeePerGas }),
    ...(type > 0 ? { chainId: 1n, accessList } : {}),
    ...(type === 4 ? { authorizationList } : {}),
  }
  const rules = random.below(3) > 0 ? common : new Common({ chain: Mainnet, hardfork: Hardfork.Homestead })
  return createTx(fields, { common: type === 0 ? rules : common, allowUnlimitedInitCodeSize: true }).sign(random.word())
}

function change(random: Random, raw: Uint8Array): Uint8Array {
  const at = random.pick([random.below(raw.length), random.below(Math.min(raw.length, 60))])
  const before = raw.subarray(0, at)
  switch (random.below(5)) {
    case 0:
      return raw.with(at, random.below(256))
    case 1:
      return raw.with(at, raw[at]! ^ (1 << random.below(8)))
    case 2:
      return Uint8Array.from([...before, ...raw.subarray(at + 1)])
    case 3:
      return Uint8Array.from([...before, random.below(256), ...raw.subarray(at)])
    default:
      return Uint8Array.from([...raw, 0])
  }
}

function judge(name: string, raw: Uint8Array): Case {
  try {
    const transaction = createTxFromRLP(raw, { common })
    const [gasLimit, intrinsicGas] = [transaction.gasLimit, transaction.getIntrinsicGas()]
    const floorGas = 21_000n + 10n * tokens(transaction.data)
    const canonical = Buffer.compare(transaction.serialize(), raw) === 0
    const affordable = gasLimit >= intrinsicGas && gasLimit >= floorGas && gasLimit <= 2n ** 24n
    if (!canonical || !affordable || ![0, 1, 2, 4].includes(transaction.type)) return invalid(name, toHex(raw))
    const sender = transaction.getSenderAddress().toString()
    const hash = toHex(transaction.hash())
    return { name, raw: toHex(raw), valid: true, sender, hash, executionGas: gasLimit - intrinsicGas, floorGas }
  } catch {
    return invalid(name, toHex(raw))
  }
}

function tokens(data: Uint8Array): bigint {
  return data.reduce((sum, byte) => sum + (byte === 0 ? 1n : 4n), 0n)
}
