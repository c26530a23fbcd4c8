// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The table of the delegated precompiles (docs/5-machine.md, 5.9).
/// @dev Generated from prover/machine/precompiles/PrecompileTable.ts by `npm run generate`; do not edit.
library PrecompileTable {
    uint256 internal constant MODEXP = 0x05;
    uint256 internal constant BN254_ADD = 0x06;
    uint256 internal constant BN254_MUL = 0x07;
    uint256 internal constant BN254_PAIRING = 0x08;
    uint256 internal constant BLAKE2F = 0x09;
    uint256 internal constant POINT_EVALUATION = 0x0a;
    uint256 internal constant BLS12_G1ADD = 0x0b;
    uint256 internal constant BLS12_G1MSM = 0x0c;
    uint256 internal constant BLS12_G2ADD = 0x0d;
    uint256 internal constant BLS12_G2MSM = 0x0e;
    uint256 internal constant BLS12_PAIRING = 0x0f;
    uint256 internal constant BLS12_MAP_FP_TO_G1 = 0x10;
    uint256 internal constant BLS12_MAP_FP2_TO_G2 = 0x11;
    uint256 internal constant P256VERIFY = 0x100;

    /// An input of any length is taken; what is read of it and lies past its end is zero.
    uint256 internal constant ANY_LENGTH = 0;
    /// The input is one element, and any other length halts.
    uint256 internal constant ONE_ELEMENT = 1;
    /// One element or more.
    uint256 internal constant ELEMENTS = 2;
    /// Any number of elements.
    uint256 internal constant ELEMENTS_OR_NONE = 3;

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

    /// 14 entries of 12 bytes: lengths, isTotal, element size (two bytes), output length (two), base price (three),
    /// element price (three).
    bytes private constant TABLE = hex"0001000000000001f4000000000000800040000096000000000000600040001770000000030000c0002000afc80084d0"
        hex"010100d50040000000000001010000c0004000c350000000010001000080000177000000020000a00080000000002ee0"
        hex"0100020001000002580000000200012001000000000057e4020001800020009344007f5801000040008000157c000000"
        hex"010000800100005cf8000000000100a00020001af4000000";

    /// 128 discounts of two bytes each.
    bytes private constant G1_DISCOUNTS = hex"03e803b50350031d02fc02ee02e202d802cf02c802c102ba02b402af02aa02a502a1029d029902950292028e028b0288"
        hex"028502820280027d027b0278027602730271026f026d026b026902670265026302610260025e025c025b025902570256"
        hex"0254025302510250024f024d024c024a02490248024602450244024302410240023f023e023d023c023a023902380237"
        hex"0236023502340233023202310230022f022e022d022c022b022a02290228022702260225022402230223022202210220"
        hex"021f021e021d021c021c021b021a0219021802180217021602150214021402130212021102100210020f020e020d020d"
        hex"020c020b020a020a0209020802080207";
    bytes private constant G2_DISCOUNTS = hex"03e803e8039b037403570340032c031c030e030202f702ed02e402dc02d402cd02c702c002bb02b502b002ab02a702a2"
        hex"029e029a02970293028f028c0289028602830280027d027a0278027502730270026e026c026a0267026502630261025f"
        hex"025e025c025a025802560255025302510250024e024d024b024a0248024702460244024302420240023f023e023d023b"
        hex"023a023902380237023602350233023202310230022f022e022d022c022b022a02290228022802270226022502240223"
        hex"0222022102210220021f021e021d021d021c021b021a0219021902180217021702160215021402140213021202120211"
        hex"02100210020f020e020e020d020c020c";

    error NotDelegated(uint256 number);

    /// @notice The delegated precompile at the address `number`.
    function entryOf(uint256 number) internal pure returns (Entry memory entry) {
        // INVARIANT: whoever asks has a delegated precompile, so the index is within the table.
        bool isInRow = number >= MODEXP && number <= BLS12_MAP_FP2_TO_G2;
        require(isInRow || number == P256VERIFY, NotDelegated(number));
        uint256 index = isInRow ? number - MODEXP : 13;
        bytes memory table = TABLE;
        uint256 packed;
        // SAFETY: the index is at most 13, so the 12 bytes at 12 * index lie within the table's 168.
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

    /// @notice What the sum (BLS12_G1MSM or BLS12_G2MSM) of `count` products costs of `count` times the price of one,
    /// in thousandths.
    /// @dev INVARIANT: count is not 0.
    function discount(uint256 number, uint256 count) internal pure returns (uint256) {
        bytes memory discounts = number == BLS12_G1MSM ? G1_DISCOUNTS : G2_DISCOUNTS;
        uint256 at = 2 * ((count < 128 ? count : 128) - 1);
        return (uint256(uint8(discounts[at])) << 8) | uint8(discounts[at + 1]);
    }
}
