import { createBlock } from '@ethereumjs/block'
import { createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import { createMPT } from '@ethereumjs/mpt'
import { Caches, MerkleStateManager } from '@ethereumjs/statemanager'
import { createTxFromRLP, type TypedTransaction } from '@ethereumjs/tx'
import { Address, type BatchDBOp, bigIntToBytes, type DB, setLengthLeft } from '@ethereumjs/util'
import { createVM, type RunTxResult, runTx, type VM } from '@ethereumjs/vm'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { ClassicLevel } from 'classic-level'
import {
  type Design,
  type Effect,
  hashEffects,
  type Outcome,
  type SealedBatch,
  type SystemSlot,
  timed,
} from './Design.ts'
import { config, l1Time } from './Population.ts'

type StringDatabase = ClassicLevel<string, Uint8Array>

/**
 * What a TypeScript user puts together today from the packages of @ethereumjs: `runTx` on a `MerkleStateManager` with its
 * caches, its trie in LevelDB. Nothing is tuned: its hash and its recovery are the packages' own, its writes are not synced.
 */
export class StockDesign implements Design {
  readonly #level: Level
  readonly #vm: VM
  readonly #common

  private constructor(level: Level, vm: VM) {
    this.#level = level
    this.#vm = vm
    this.#common = vm.common
  }

  static async open(directory: string, root: Uint8Array): Promise<StockDesign> {
    const level = await Level.open(directory)
    const common = createCustomCommon({ chainId: Number(config.chainId) }, Mainnet, {
      hardfork: Hardfork.Osaka,
      customCrypto: { keccak256: countingKeccak256 },
    })
    const trie = await createMPT({
      common,
      db: level,
      root,
      useKeyHashing: true,
      valueEncoding: 'view',
      cacheSize: 200_000,
    })
    const caches = new Caches({ account: { size: 100_000 }, storage: { size: 100_000 } })
    const stateManager = new MerkleStateManager({ common, trie, caches })
    return new StockDesign(level, await createVM({ common, stateManager }))
  }

  async run({ transactions, number, baseFee }: SealedBatch): Promise<Outcome> {
    this.#level.reset()
    const hashes = keccaks
    const effects: Effect[] = []
    const header = {
      number,
      timestamp: l1Time + number,
      gasLimit: config.blockGasLimit,
      baseFeePerGas: baseFee,
      coinbase: new Address(config.feeRecipient),
    }
    const block = createBlock({ header }, { common: this.#common })
    const { stateManager } = this.#vm
    const [recover, decoded] = await timed(() => transactions.map((raw) => this.#decode(raw)))
    await stateManager.checkpoint()
    const [execute] = await timed(async () => {
      for (const tx of decoded)
        effects.push(effectOf(await runTx(this.#vm, { tx, block, skipHardForkValidation: true })))
    })
    const read = this.#level.milliseconds
    const [commit] = await timed(() => stateManager.commit())
    const { reads, writes, bytesWritten } = this.#level
    return {
      split: { recover, execute, read, commit },
      counters: { reads, writes, bytesWritten, keccaks: keccaks - hashes },
      effects: hashEffects(effects),
    }
  }

  /** Writes what the executor wrote to the system account, so that the state roots can be compared. Not measured. */
  async adopt(slots: readonly SystemSlot[]): Promise<Uint8Array> {
    const { stateManager } = this.#vm
    await stateManager.checkpoint()
    for (const { slot, value } of slots) {
      await stateManager.putStorage(systemAddress, setLengthLeft(bigIntToBytes(slot), 32), bigIntToBytes(value))
    }
    await stateManager.commit()
    return (stateManager as MerkleStateManager).getStateRoot()
  }

  close(): Promise<void> {
    return this.#level.close()
  }

  /** A transaction whose sender is recovered: the package remembers it in the transaction. */
  #decode(raw: Uint8Array): TypedTransaction {
    const tx = createTxFromRLP(raw, { common: this.#common })
    tx.getSenderPublicKey()
    return tx
  }
}

function effectOf({ execResult, totalGasSpent, receipt }: RunTxResult): Effect {
  const logs = receipt.logs.map(([address, topics, data]) => ({ address, topics, data }))
  return { succeeded: execResult.exceptionError === undefined, gasUsed: totalGasSpent, logs }
}

let keccaks = 0

/** The hash that the packages use by themselves. */
function countingKeccak256(bytes: Uint8Array): Uint8Array {
  keccaks++
  return keccak_256(bytes)
}

const systemAddress = new Address(Buffer.from('0000f90827f1c53a10cb7a02335b175320002935', 'hex'))

/** LevelDB as the trie asks for it, with counts. */
export class Level implements DB<string, string | Uint8Array> {
  reads = 0
  writes = 0
  bytesWritten = 0
  milliseconds = 0
  readonly #database: StringDatabase

  private constructor(database: StringDatabase) {
    this.#database = database
  }

  static async open(directory: string): Promise<Level> {
    const database: StringDatabase = new ClassicLevel(directory, { valueEncoding: 'view', compression: false })
    await database.open()
    return new Level(database)
  }

  reset(): void {
    this.reads = 0
    this.writes = 0
    this.bytesWritten = 0
    this.milliseconds = 0
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    this.reads++
    const start = performance.now()
    const value = await this.#database.get(key)
    this.milliseconds += performance.now() - start
    return value
  }

  put(key: string, value: string | Uint8Array): Promise<void> {
    this.#written(key, value)
    return this.#database.put(key, value as Uint8Array)
  }

  del(key: string): Promise<void> {
    this.#written(key, undefined)
    return this.#database.del(key)
  }

  batch(operations: BatchDBOp<string, string | Uint8Array>[]): Promise<void> {
    const batch = this.#database.batch()
    for (const operation of operations) {
      if (operation.type === 'del') {
        this.#written(operation.key, undefined)
        batch.del(operation.key)
      } else {
        this.#written(operation.key, operation.value)
        batch.put(operation.key, operation.value as Uint8Array)
      }
    }
    return batch.write()
  }

  shallowCopy(): this {
    return this
  }

  open(): Promise<void> {
    return this.#database.open()
  }

  close(): Promise<void> {
    return this.#database.close()
  }

  #written(key: string, value: string | Uint8Array | undefined): void {
    this.writes++
    this.bytesWritten += key.length + (value?.length ?? 0)
  }
}
