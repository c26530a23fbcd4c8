/** One transaction of a player on L1, as paid for. */
export interface Entry {
  readonly player: string
  readonly move: string
  readonly gas: bigint
  readonly calldataBytes: number
}

/** What the players paid for on L1, in order. */
export class Ledger {
  readonly entries: Entry[] = []

  add(entry: Entry): void {
    this.entries.push(entry)
  }

  /** The gas of one player, or of all, since entry number `from`. */
  gas(player?: string, from = 0): bigint {
    return this.entries
      .slice(from)
      .reduce((sum, e) => (player === undefined || e.player === player ? sum + e.gas : sum), 0n)
  }
}
