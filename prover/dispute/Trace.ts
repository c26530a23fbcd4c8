/**
 * The run of one machine, as a dispute asks for it: step `i` stands for the state after `i` steps, 0 being the start.
 * A halted state is a fixed point, so every step at or past `stepCount` has the hash of the halted state.
 */
export interface Trace {
  /** The number of steps until the machine halts; at least 1, because a start state is never halted. */
  readonly stepCount: bigint
  hashAt(step: bigint): Uint8Array
  /** The hashes of one move, from one pass. Snapshots stay at these points, so that the next round starts there. */
  hashesAt(steps: readonly bigint[]): Uint8Array[]
  /** The bytes that let L1 verify the step from state `step` to state `step + 1`. */
  witness(step: bigint): Uint8Array
}
