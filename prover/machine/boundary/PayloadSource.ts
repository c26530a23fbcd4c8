/** T_n as the machine reads it. */
export interface PayloadSource {
  readonly bytes: Uint8Array
  /** A chunk and its proof, as a witness has them; only prove mode asks for it. */
  proveChunk(index: number): Uint8Array
}
