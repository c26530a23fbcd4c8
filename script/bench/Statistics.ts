import { timed } from './Design.ts'

/** The middle one; of an even number the mean of the two. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[(values.length - 1) >> 1]! + sorted[values.length >> 1]!) / 2
}

/** What two ways of doing the same take, in microseconds for each of the things done. */
export interface Contest {
  readonly ours: number
  readonly theirs: number
  readonly ratio: number
}

/** Runs both `rounds` times in alternated order after one run that is not measured. `count` things are done in a run, `theirCount` in one of theirs. */
export async function contest(
  rounds: number,
  count: number,
  ours: (round: number) => unknown,
  theirs: (round: number) => unknown,
  theirCount = count,
): Promise<Contest> {
  const runs = [
    { work: ours, count, times: [] as number[] },
    { work: theirs, count: theirCount, times: [] as number[] },
  ] as const
  for (let round = 0; round <= rounds; round++) {
    for (const { work, count, times } of round % 2 === 0 ? runs : runs.toReversed()) {
      const [milliseconds] = await timed(() => work(round))
      if (round > 0) times.push((1_000 * milliseconds) / count)
    }
  }
  const [a, b] = runs.map(({ times }) => medianOf(times)) as [number, number]
  return { ours: a, theirs: b, ratio: b / a }
}
