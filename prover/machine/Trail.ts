/**
 * The chain of changes that a world of run mode has made, so that a machine which ran in run mode can go on in prove mode
 * from any moment: the changes up to it are made again in prove mode's world. A change costs one link, a moment nothing,
 * and what a revert takes back is not on the chain any more.
 */
import type { Machine } from './Machine.ts'
import type { ProveWorld } from './ProveWorld.ts'
import * as CallFrame from './state/CallFrame.ts'
import type { Snapshot, Startpoint } from './World.ts'

/** One change, and all before it. */
interface Change {
  readonly previous: Change | undefined
  readonly make: (world: ProveWorld) => void
  readonly scope: Scope
  /** What it gives another value: a later change of the same makes this one void. Undefined if this one does more. */
  readonly subject: object | undefined
  /** Prove mode's world after this change, if somebody has needed it. */
  world: ProveWorld | undefined
}

/** What a change is to: the diff; what ends with the transaction; or it is the end of the transaction. */
type Scope = 'diff' | 'transaction' | 'end'

/** The journal between two steps of the run: a place on the trail, and what is not on it. */
export interface Moment {
  readonly last: Change
  readonly refund: number
}

/** What run mode has for a snapshot or the start of a transaction, if it keeps a trail. */
interface Placed {
  readonly moment: Moment | undefined
}

export class Trail {
  #last: Change
  /** Frames of run mode that are shared, in prove mode. */
  readonly #frames = new WeakMap<CallFrame.Frame, CallFrame.Frame>()

  /** The trail of a run that begins in `start`. */
  constructor(start: ProveWorld) {
    this.#last = { previous: undefined, make: () => {}, scope: 'end', subject: undefined, world: start }
  }

  /** Where the run is. */
  moment(refund: number): Moment {
    return { last: this.#last, refund }
  }

  /** Says that the run has made a change, and how prove mode makes it. */
  add(scope: Scope, make: (world: ProveWorld) => void, subject?: object): void {
    this.#last = { previous: this.#last, make, scope, subject, world: undefined }
  }

  /** Says that the run is where it was before. */
  goBack({ last }: Moment): void {
    this.#last = last
  }

  /**
   * Brings a fork of the machine that runs to prove mode, `moment` being the one in which it was forked. The fork itself
   * becomes that machine.
   */
  prove(fork: Machine, moment: Moment): Machine {
    const { start } = fork.transaction
    if (start !== undefined) fork.transaction.start = worldAt(momentOf(start)).startTransaction()
    fork.frame = this.#proveFrame(fork.frame)
    const world = worldAt(moment)
    fork.world = world
    if (fork.haltedRoot !== undefined) fork.haltedRoot = world.diffRoot()
    return fork
  }

  #proveFrame(frame: CallFrame.Frame): CallFrame.Frame {
    const known = this.#frames.get(frame)
    if (known !== undefined) return known
    // The outermost first: each begins with more changes than its parent, which are made once.
    const parent = frame.parent === undefined ? undefined : this.#proveFrame(frame.parent)
    const saved = frame.saved === undefined ? undefined : worldAt(momentOf(frame.saved)).snapshot()
    const proved = CallFrame.moved(frame, parent, saved)
    this.#frames.set(frame, proved)
    return proved
  }
}

function momentOf(placed: Snapshot | Startpoint): Moment {
  return (placed as unknown as Placed).moment!
}

/** Prove mode's world at a moment: a fork of its own. */
function worldAt({ last, refund }: Moment): ProveWorld {
  last.world ??= worldAfter(last)
  const world = last.world.fork()
  world.refund = refund
  return world
}

/** From the newest change whose world is known, by what has been made since and still counts. */
function worldAfter(last: Change): ProveWorld {
  const changes: Change[] = []
  const subjects = new Set<object>()
  let hasEnded = false
  let change = last
  for (; change.world === undefined; change = change.previous!) {
    const { scope, subject } = change
    // Of a transaction that has ended nothing is left but the diff.
    if (hasEnded && scope !== 'diff') continue
    if (scope === 'end') hasEnded = true
    if (subject !== undefined) {
      if (subjects.has(subject)) continue
      subjects.add(subject)
    }
    changes.push(change)
  }
  const world = change.world.fork()
  for (const { make } of changes.reverse()) make(world)
  return world
}
