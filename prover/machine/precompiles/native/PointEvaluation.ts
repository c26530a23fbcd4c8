/** POINT_EVALUATION (EIP-4844): whether a polynomial that is committed to has the value y at z. */
import { createHash } from 'node:crypto'
import { bls12_381 } from '@noble/curves/bls12-381.js'
import * as Curve from './Curve.ts'
import { computeFrom, type Result } from './Elements.ts'
import * as Integer from './Integer.ts'

const { Fr } = bls12_381.fields
const G1 = bls12_381.G1.Point
const G2 = bls12_381.G2.Point

/**
 * [τ]G2 of the KZG ceremony, all of its setup that a check needs: g2_monomial[1] of
 * presets/mainnet/trusted_setups/trusted_setup_4096.json in ethereum/consensus-specs.
 */
const tauG2 = G2.fromHex(
  'b5bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72' +
    '185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2',
)

/** Elements of a blob, and the modulus of their field. */
const output = Buffer.concat([Integer.toBytes(4096n, 32), Integer.toBytes(Fr.ORDER, 32)])

export function evaluatePoint(input: Uint8Array): Result {
  return computeFrom(input, 192, decode, () => output)
}

interface Evaluation {
  readonly commitment: typeof G1.ZERO
  readonly proof: typeof G1.ZERO
  readonly z: bigint
  readonly y: bigint
}

/** Versioned hash, z, y, commitment and proof; undefined as well if the proof does not prove it. */
function decode(element: Uint8Array): Evaluation | undefined {
  const versionedHash = createHash('sha256').update(element.subarray(96, 144)).digest()
  versionedHash[0] = 1
  if (!versionedHash.equals(element.subarray(0, 32))) return undefined
  const [z, y] = [32, 64].map((offset) => Integer.fromBytes(element.subarray(offset, offset + 32))) as [bigint, bigint]
  if (!Fr.isValid(z) || !Fr.isValid(y)) return undefined
  const [commitment, proof] = [96, 144].map((offset) => decompress(element.subarray(offset, offset + 48)))
  if (commitment === undefined || proof === undefined) return undefined
  const evaluation = { commitment, proof, z, y }
  return isProved(evaluation) ? evaluation : undefined
}

function decompress(bytes: Uint8Array): typeof G1.ZERO | undefined {
  try {
    return G1.fromBytes(bytes)
  } catch {
    return undefined
  }
}

/** e(commitment − y·G1 + z·proof, G2) = e(proof, [τ]G2) */
function isProved({ commitment, proof, z, y }: Evaluation): boolean {
  const left = commitment.add(G1.BASE.multiplyUnsafe(Fr.neg(y))).add(proof.multiplyUnsafe(z))
  const pairs = [
    { g1: left, g2: G2.BASE },
    { g1: proof.negate(), g2: tauG2 },
  ]
  return Curve.pairingCheck(bls12_381, pairs)[31] === 1
}
