import { toHex } from 'viem'
import type { StateDiff } from '../commitment/StateDiff.ts'
import type * as Executor from '../machine/Executor.ts'
import type { Judgement } from './Judge.ts'

/** The first thing, from the coarse to the fine, in which two results differ; `executed` is the machine's. */
export function findDifference(
  executed: Executor.ExecutedBatch,
  judged: Judgement,
  other = 'the judge',
): string | undefined {
  const say = (what: string, ours: unknown, theirs: unknown) => `${what}: ${ours} in our machine, ${theirs} in ${other}`
  if (executed.blocks.length !== judged.blocks.length)
    return say('blocks', executed.blocks.length, judged.blocks.length)
  for (const [index, theirs] of judged.blocks.entries()) {
    const ours = executed.blocks[index]!
    const name = `block ${theirs.number}`
    const [ourCount, theirCount] = [ours.transactions.length, theirs.transactions.length]
    if (ourCount !== theirCount) return say(`${name}, executed transactions`, ourCount, theirCount)
    for (const [at, transaction] of theirs.transactions.entries()) {
      const { hash, status, gasUsed, logs } = ours.transactions[at]!
      const which = `${name}, transaction ${toHex(transaction.hash)}`
      if (toHex(hash) !== toHex(transaction.hash))
        return say(`${name}, transaction ${at}`, toHex(hash), toHex(transaction.hash))
      if (status !== transaction.succeeded) return say(`${which}, success`, status, transaction.succeeded)
      if (gasUsed !== transaction.gasUsed) return say(`${which}, gas`, gasUsed, transaction.gasUsed)
      const [ourLogs, theirLogs] = [showLogs(logs), showLogs(transaction.logs)]
      if (ourLogs !== theirLogs) return say(`${which}, logs`, ourLogs, theirLogs)
    }
    for (const field of ['number', 'time', 'baseFee', 'gasUsed'] as const) {
      if (ours[field] !== theirs[field]) return say(`${name}, ${field}`, ours[field], theirs[field])
    }
    if (toHex(ours.hash) !== toHex(theirs.hash)) return say(`${name}, hash`, toHex(ours.hash), toHex(theirs.hash))
  }
  if (executed.gasUsed !== judged.gasUsed) return say('gas', executed.gasUsed, judged.gasUsed)
  return findDiffDifference(executed.diff, judged.diff, other)
}

function findDiffDifference(ours: StateDiff, theirs: StateDiff, other: string): string | undefined {
  const ourLines = linesOf(ours)
  const theirLines = linesOf(theirs)
  for (const line of ourLines) if (!theirLines.has(line)) return `state diff: only our machine has ${line}`
  for (const line of theirLines) if (!ourLines.has(line)) return `state diff: only ${other} has ${line}`
  return undefined
}

function showLogs(logs: readonly Executor.Log[]): string {
  const shown = logs.map(({ address, topics, data }) =>
    [address, ...topics, data].map((bytes) => toHex(bytes)).join(' '),
  )
  return `[${shown.join(', ')}]`
}

/** A diff entry by entry, readable. */
function linesOf(diff: StateDiff): Set<string> {
  const lines = new Set<string>()
  for (const { accountKey, kind, account, slots } of diff) {
    const name = `account ${toHex(accountKey)}`
    const triple = account && ` nonce ${account.nonce} balance ${account.balance} code ${toHex(account.codeHash)}`
    lines.add(`${name} kind ${kind}${triple ?? ''}`)
    for (const { slotKey, value } of slots) lines.add(`${name} slot ${toHex(slotKey)} = ${toHex(value)}`)
  }
  return lines
}
