import { createBlock } from '@ethereumjs/block'
import { createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import { createMPT } from '@ethereumjs/mpt'
import { Caches, MerkleStateManager } from '@ethereumjs/statemanager'
import { createTxFromRLP } from '@ethereumjs/tx'
import { Address, type BatchDBOp, bigIntToBytes, type DB, setLengthLeft } from '@ethereumjs/util'
import { createVM, runTx, type VM } from '@ethereumjs/vm'
import { ClassicLevel } from 'classic-level'
import { type Design, type Outcome, type SealedBatch, type SystemSlot, timed } from './Design.ts'
import { config, l1Time } from './Population.ts'

type StringDatabase = ClassicLevel<string, Uint8Array>

/**
 * What a TypeScript user puts together today from the packages of @ethereumjs: `runTx` on a `MerkleStateManager` with its
 * caches, its trie in LevelDB.
 */
export class StockDesign implements Design {
  readonly name = 'stock'
  readonly #level: Level
  readonly #vm: VM
  readonly #common

  private constructor(level: Level, vm: VM) {
    this.#level = level
    this.#vm = vm
    this.#common = vm.common
  }

  static async open(directory: string, root: Uint8Array): Promise<StockDesign> {
    const database: StringDatabase = new ClassicLevel(directory, { valueEncoding: 'view', compression: false })
    await database.open()
    const level = new Level(database)
    const common = createCustomCommon({ chainId: Number(config.chainId) }, Mainnet, { hardfork: Hardfork.Osaka })
    const trie = await createMPT({ db: level, root, useKeyHashing: true, valueEncoding: 'view', cacheSize: 200_000 })
    const caches = new Caches({ account: { size: 100_000 }, storage: { size: 100_000 } })
    const stateManager = new MerkleStateManager({ common, trie, caches })
    return new StockDesign(level, await createVM({ common, stateManager }))
  }

  async run({ transactions, number, baseFee }: SealedBatch): Promise<Outcome> {
    this.#level.reset()
    const gasUsed: bigint[] = []
    const header = {
      number,
      timestamp: l1Time + number,
      gasLimit: config.blockGasLimit,
      baseFeePerGas: baseFee,
      coinbase: new Address(config.feeRecipient),
    }
    const block = createBlock({ header }, { common: this.#common })
    const { stateManager } = this.#vm
    await stateManager.checkpoint()
    const [execute] = await timed(async () => {
      for (const raw of transactions) {
        const tx = createTxFromRLP(raw, { common: this.#common })
        const { totalGasSpent } = await runTx(this.#vm, { tx, block, skipHardForkValidation: true })
        gasUsed.push(totalGasSpent)
      }
    })
    const [commit] = await timed(() => stateManager.commit())
    const { reads, writes, bytesWritten } = this.#level
    return {
      split: { recover: 0, execute, read: 0, commit },
      counters: { reads, writes, bytesWritten, keccaks: 0 },
      gasUsed,
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
}

const systemAddress = new Address(Buffer.from('0000f90827f1c53a10cb7a02335b175320002935', 'hex'))

/** LevelDB as the trie asks for it, with counts. */
class Level implements DB<string, string | Uint8Array> {
  reads = 0
  writes = 0
  bytesWritten = 0
  readonly #database: StringDatabase

  constructor(database: StringDatabase) {
    this.#database = database
  }

  reset(): void {
    this.reads = 0
    this.writes = 0
    this.bytesWritten = 0
  }

  get(key: string): Promise<Uint8Array | undefined> {
    this.reads++
    return this.#database.get(key)
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
