/** The Solidity of the table of delegated precompiles. */
import * as PrecompileTable from '../../prover/machine/precompiles/PrecompileTable.ts'
import { HEADER, hexOf, literalOf } from './solidity.ts'

/** Bytes of one entry: lengths and isTotal one each; element size, output length two; the prices three. */
function encodeEntry(entry: PrecompileTable.Entry): string {
  const { lengths, isTotal, elementSize, outputLength, basePrice, elementPrice } = entry
  return hexOf(lengths, isTotal ? 1 : 0, ...short(elementSize), ...short(outputLength), ...long(basePrice)).concat(
    hexOf(...long(elementPrice)),
  )
}

function short(value: number): [number, number] {
  return [value >> 8, value & 0xff]
}

function long(value: number): [number, number, number] {
  return [value >> 16, ...short(value & 0xffff)]
}

function discountsLiteral(discounts: readonly number[]): string {
  return literalOf(discounts.map((discount) => hexOf(...short(discount))).join(''))
}

export function precompilesSource(): string {
  const { ANY_LENGTH, ONE_ELEMENT, ELEMENTS, ELEMENTS_OR_NONE, all, g1Discounts, g2Discounts } = PrecompileTable
  const addresses = all.map(
    ({ name, address }) => `    uint256 internal constant ${name} = 0x${address.toString(16).padStart(2, '0')};`,
  )
  assertRow()
  return `${HEADER}
/// @notice The table of the delegated precompiles (docs/5-machine.md, 5.9).
/// @dev Generated from prover/machine/precompiles/PrecompileTable.ts by \`npm run generate\`; do not edit.
library PrecompileTable {
${addresses.join('\n')}

    /// An input of any length is taken; what is read of it and lies past its end is zero.
    uint256 internal constant ANY_LENGTH = ${ANY_LENGTH};
    /// The input is one element, and any other length halts.
    uint256 internal constant ONE_ELEMENT = ${ONE_ELEMENT};
    /// One element or more.
    uint256 internal constant ELEMENTS = ${ELEMENTS};
    /// Any number of elements.
    uint256 internal constant ELEMENTS_OR_NONE = ${ELEMENTS_OR_NONE};

    struct Entry {
        /// Which lengths the input may have: one of the four above.
        uint256 lengths;
        /// No input of a length that is allowed makes it fail, once it is paid for.
        bool isTotal;
        /// Bytes of what is valid or not by itself: a pair of a pairing or a sum, or the whole input.
        uint256 elementSize;
        /// Bytes of the output. MODEXP: as many as the input says; P256VERIFY: none if the signature is not valid.
        uint256 outputLength;
        /// MODEXP: the least price.
        uint256 basePrice;
        /// Comes on top for each element. The two sums: before the discount. BLAKE2F: for each round.
        uint256 elementPrice;
    }

    /// ${all.length} entries of 12 bytes: lengths, isTotal, element size (two bytes), output length (two), base price (three),
    /// element price (three).
    bytes private constant TABLE = ${literalOf(all.map(encodeEntry).join(''))};

    /// 128 discounts of two bytes each.
    bytes private constant G1_DISCOUNTS = ${discountsLiteral(g1Discounts)};
    bytes private constant G2_DISCOUNTS = ${discountsLiteral(g2Discounts)};

    error NotDelegated(uint256 number);

    /// @notice The delegated precompile at the address \`number\`.
    function entryOf(uint256 number) internal pure returns (Entry memory entry) {
        // INVARIANT: whoever asks has a delegated precompile, so the index is within the table.
        bool isInRow = number >= ${all[0]!.name} && number <= ${all.at(-2)!.name};
        require(isInRow || number == ${all.at(-1)!.name}, NotDelegated(number));
        uint256 index = isInRow ? number - ${all[0]!.name} : ${all.length - 1};
        bytes memory table = TABLE;
        uint256 packed;
        // SAFETY: the index is at most ${all.length - 1}, so the 12 bytes at 12 * index lie within the table's ${12 * all.length}.
        assembly ("memory-safe") {
            packed := shr(160, mload(add(add(table, 32), mul(12, index))))
        }
        entry.lengths = packed >> 88;
        entry.isTotal = ((packed >> 80) & 0xff) == 1;
        entry.elementSize = (packed >> 64) & 0xffff;
        entry.outputLength = (packed >> 48) & 0xffff;
        entry.basePrice = (packed >> 24) & 0xffffff;
        entry.elementPrice = packed & 0xffffff;
    }

    /// @notice What the sum (BLS12_G1MSM or BLS12_G2MSM) of \`count\` products costs of \`count\` times the price of one,
    /// in thousandths.
    /// @dev INVARIANT: count is not 0.
    function discount(uint256 number, uint256 count) internal pure returns (uint256) {
        bytes memory discounts = number == BLS12_G1MSM ? G1_DISCOUNTS : G2_DISCOUNTS;
        uint256 at = 2 * ((count < ${g1Discounts.length} ? count : ${g1Discounts.length}) - 1);
        return (uint256(uint8(discounts[at])) << 8) | uint8(discounts[at + 1]);
    }
}
`
}

/** In Solidity the index of an entry is its distance from the first address; the last one's is known by itself. */
function assertRow(): void {
  const [first, ...rest] = PrecompileTable.all.slice(0, -1)
  if (!rest.every(({ address }, index) => address === first!.address + index + 1)) {
    throw new Error('the addresses of all delegated precompiles but the last have to follow on one another')
  }
}
