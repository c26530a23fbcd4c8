/** A party's chess clock (D-16), in L1 seconds. Twin of `src/dispute/Clock.sol`: acting and timing out exclude each other. */

/** One may act. */
export function isRunning(deadline: bigint, time: bigint): boolean {
  return time < deadline
}

/** Anyone may time out. */
export function isExpired(deadline: bigint, time: bigint): boolean {
  return time >= deadline
}
