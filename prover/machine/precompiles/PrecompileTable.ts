/**
 * The table of the delegated precompiles (docs/5-machine.md, 5.9): the ones whose step leaves the computation to the same
 * precompile of L1, and here to a library. This file is the one source; `npm run generate` writes
 * src/machine/precompiles/PrecompileTable.sol from it.
 */

export const MODEXP = 0x05
export const BN254_ADD = 0x06
export const BN254_MUL = 0x07
export const BN254_PAIRING = 0x08
export const BLAKE2F = 0x09
export const POINT_EVALUATION = 0x0a
export const BLS12_G1ADD = 0x0b
export const BLS12_G1MSM = 0x0c
export const BLS12_G2ADD = 0x0d
export const BLS12_G2MSM = 0x0e
export const BLS12_PAIRING = 0x0f
export const BLS12_MAP_FP_TO_G1 = 0x10
export const BLS12_MAP_FP2_TO_G2 = 0x11
export const P256VERIFY = 0x100

/** An input of any length is taken; what is read of it and lies past its end is zero. */
export const ANY_LENGTH = 0
/** The input is one element, and any other length halts. */
export const ONE_ELEMENT = 1
/** One element or more. */
export const ELEMENTS = 2
/** Any number of elements. */
export const ELEMENTS_OR_NONE = 3

export interface Entry {
  readonly address: number
  readonly name: string
  /** Which lengths the input may have: one of the four above. */
  readonly lengths: number
  /** No input of a length that is allowed makes it fail, once it is paid for. */
  readonly isTotal: boolean
  /** Bytes of what is valid or not by itself: a pair of a pairing or a sum, or the whole input. */
  readonly elementSize: number
  /** Bytes of the output. MODEXP: as many as the input says; P256VERIFY: none if the signature is not valid. */
  readonly outputLength: number
  /** MODEXP: the least price. */
  readonly basePrice: number
  /** Comes on top for each element. The two sums: before the discount. BLAKE2F: for each round. */
  readonly elementPrice: number
}

type Row = readonly [
  address: number,
  name: string,
  lengths: number,
  isTotal: boolean,
  elementSize: number,
  outputLength: number,
  basePrice: number,
  elementPrice: number,
]

const rows: readonly Row[] = [
  [MODEXP, 'MODEXP', ANY_LENGTH, true, 0, 0, 500, 0],
  [BN254_ADD, 'BN254_ADD', ANY_LENGTH, false, 128, 64, 150, 0],
  [BN254_MUL, 'BN254_MUL', ANY_LENGTH, false, 96, 64, 6_000, 0],
  [BN254_PAIRING, 'BN254_PAIRING', ELEMENTS_OR_NONE, false, 192, 32, 45_000, 34_000],
  [BLAKE2F, 'BLAKE2F', ONE_ELEMENT, true, 213, 64, 0, 1],
  [POINT_EVALUATION, 'POINT_EVALUATION', ONE_ELEMENT, false, 192, 64, 50_000, 0],
  [BLS12_G1ADD, 'BLS12_G1ADD', ONE_ELEMENT, false, 256, 128, 375, 0],
  [BLS12_G1MSM, 'BLS12_G1MSM', ELEMENTS, false, 160, 128, 0, 12_000],
  [BLS12_G2ADD, 'BLS12_G2ADD', ONE_ELEMENT, false, 512, 256, 600, 0],
  [BLS12_G2MSM, 'BLS12_G2MSM', ELEMENTS, false, 288, 256, 0, 22_500],
  [BLS12_PAIRING, 'BLS12_PAIRING', ELEMENTS, false, 384, 32, 37_700, 32_600],
  [BLS12_MAP_FP_TO_G1, 'BLS12_MAP_FP_TO_G1', ONE_ELEMENT, false, 64, 128, 5_500, 0],
  [BLS12_MAP_FP2_TO_G2, 'BLS12_MAP_FP2_TO_G2', ONE_ELEMENT, false, 128, 256, 23_800, 0],
  [P256VERIFY, 'P256VERIFY', ANY_LENGTH, true, 160, 32, 6_900, 0],
]

/** Every delegated precompile, in ascending order of the addresses. */
export const all: readonly Entry[] = rows.map(
  ([address, name, lengths, isTotal, elementSize, outputLength, basePrice, elementPrice]) => ({
    address,
    name,
    lengths,
    isTotal,
    elementSize,
    outputLength,
    basePrice,
    elementPrice,
  }),
)

const byAddress = new Map(all.map((entry) => [entry.address, entry]))

/** What a sum of k products costs of k times the price of one, in thousandths: at k − 1, from 128 on as for 128 (EIP-2537). */
export const g1Discounts: readonly number[] = [
  1000, 949, 848, 797, 764, 750, 738, 728, 719, 712, 705, 698, 692, 687, 682, 677, 673, 669, 665, 661, 658, 654, 651,
  648, 645, 642, 640, 637, 635, 632, 630, 627, 625, 623, 621, 619, 617, 615, 613, 611, 609, 608, 606, 604, 603, 601,
  599, 598, 596, 595, 593, 592, 591, 589, 588, 586, 585, 584, 582, 581, 580, 579, 577, 576, 575, 574, 573, 572, 570,
  569, 568, 567, 566, 565, 564, 563, 562, 561, 560, 559, 558, 557, 556, 555, 554, 553, 552, 551, 550, 549, 548, 547,
  547, 546, 545, 544, 543, 542, 541, 540, 540, 539, 538, 537, 536, 536, 535, 534, 533, 532, 532, 531, 530, 529, 528,
  528, 527, 526, 525, 525, 524, 523, 522, 522, 521, 520, 520, 519,
]
export const g2Discounts: readonly number[] = [
  1000, 1000, 923, 884, 855, 832, 812, 796, 782, 770, 759, 749, 740, 732, 724, 717, 711, 704, 699, 693, 688, 683, 679,
  674, 670, 666, 663, 659, 655, 652, 649, 646, 643, 640, 637, 634, 632, 629, 627, 624, 622, 620, 618, 615, 613, 611,
  609, 607, 606, 604, 602, 600, 598, 597, 595, 593, 592, 590, 589, 587, 586, 584, 583, 582, 580, 579, 578, 576, 575,
  574, 573, 571, 570, 569, 568, 567, 566, 565, 563, 562, 561, 560, 559, 558, 557, 556, 555, 554, 553, 552, 552, 551,
  550, 549, 548, 547, 546, 545, 545, 544, 543, 542, 541, 541, 540, 539, 538, 537, 537, 536, 535, 535, 534, 533, 532,
  532, 531, 530, 530, 529, 528, 528, 527, 526, 526, 525, 524, 524,
]

/** The delegated precompile at `address`. */
export function entryOf(address: number): Entry {
  const entry = byAddress.get(address)
  if (entry === undefined) throw new RangeError(`0x${address.toString(16)} is no delegated precompile`)
  return entry
}

/** The discount of the sum (BLS12_G1MSM or BLS12_G2MSM) of `count` products, in thousandths. */
export function discount(address: number, count: number): number {
  const discounts = address === BLS12_G1MSM ? g1Discounts : g2Discounts
  return discounts[Math.min(count, discounts.length) - 1]!
}
