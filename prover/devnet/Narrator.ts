import type { Report } from '../players/Player.ts'
import type { Result } from './Scenario.ts'

/** Tells what happens, as lines of text. */
export class Narrator {
  private readonly print: (line: string) => void

  constructor(print: (line: string) => void) {
    this.print = print
  }

  title(text: string): void {
    this.print(`\n${text}`)
  }

  say(text: string): void {
    this.print(`  ${text}`)
  }

  /** One action: who, what, about what, for how much gas. */
  report({ player, action, sent }: Report): void {
    const gas = sent.ok ? `${sent.receipt.gasUsed.toLocaleString('en')} gas` : `refused: ${sent.reason}`
    this.print(`  ${player.padEnd(17)} ${action.name.padEnd(19)} ${action.note}, ${gas}`)
  }

  table(results: readonly Result[]): void {
    const header = [
      'scenario',
      'verdict',
      'batch rounds',
      'step rounds',
      'challenger gas',
      'proposer gas',
      'total gas',
      'seconds',
    ]
    const rows = results.map(({ name, expected, verdict, rounds, gas, seconds }) => [
      name,
      verdict === expected ? verdict : `${verdict} (expected ${expected})`,
      String(rounds.batches),
      String(rounds.steps),
      gas.challenger.toLocaleString('en'),
      gas.proposer.toLocaleString('en'),
      gas.total.toLocaleString('en'),
      seconds.toFixed(1),
    ])
    const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)))
    const align = (cell: string, i: number) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))
    this.print('')
    for (const row of [header, widths.map((width) => '-'.repeat(width)), ...rows]) this.print(row.map(align).join('  '))
  }
}
