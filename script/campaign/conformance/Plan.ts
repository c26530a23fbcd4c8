/** Which cases run, and in what portions they are given to the workers. */
import * as Fixtures from '../cases/Fixtures.ts'
import { casesIn, isSampled } from '../cases/StateCase.ts'

export interface Selection {
  /** The folder of fixtures. */
  readonly from: string
  /** The one file of cases that is wanted; all if undefined. */
  readonly folder: string | undefined
  /** One case in so many, by the hash of its id. */
  readonly every: number
}

/** Cases of one file, by their position in it. */
export interface Portion {
  readonly from: string
  readonly folder: string
  readonly cases: readonly { readonly index: number; readonly id: string }[]
}

/** About a quarter of a second of work. */
const PORTION_WORK = 100_000
/** What a case costs besides its opcodes, in opcodes. */
const CASE_WORK = 4_000

/** The portions, the heaviest first: what is left in the end is small, so all workers end together. */
export function portionsOf({ from, folder, every }: Selection): Portion[] {
  const folders = Fixtures.folders(from)
  if (folder !== undefined && !folders.includes(folder)) {
    throw new Fixtures.FixtureError(`no ${folder} in ${from}, expected one of ${folders.join(' ')}`)
  }
  const portions = folders.filter((name) => folder === undefined || name === folder).flatMap((name) => split(name))
  return portions.sort((left, right) => right.work - left.work).map(({ portion }) => portion)

  function split(name: string): { portion: Portion; work: number }[] {
    const made: { portion: Portion; work: number }[] = []
    let cases: { index: number; id: string }[] = []
    let work = 0
    const cut = () => {
      if (cases.length > 0) made.push({ portion: { from, folder: name, cases }, work })
      cases = []
      work = 0
    }
    let index = 0
    for (const { id, stats } of casesIn(name, from)) {
      if (isSampled(id, every)) {
        cases.push({ index, id })
        work += CASE_WORK + (stats?.steps ?? 0)
      }
      if (work >= PORTION_WORK) cut()
      index++
    }
    cut()
    return made
  }
}
