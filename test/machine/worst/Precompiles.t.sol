// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DeepTree} from "../utils/DeepTree.sol";
import {WorstCase} from "./WorstCase.sol";
import {StepKinds} from "src/machine/StepKinds.sol";
import {KnownAnswers} from "src/machine/precompiles/KnownAnswers.sol";
import {PrecompileTable} from "src/machine/precompiles/PrecompileTable.sol";
import {CallFrame} from "src/machine/state/CallFrame.sol";
import {Machine} from "src/machine/state/MachineState.sol";

/// @notice The delegated precompiles: the longest input that the gas cap allows, at the worst place of the largest memory, in
/// success and in failure. What L1 charges for its own call is counted twice.
contract WorstPrecompilesTest is WorstCase {
    using DeepTree for DeepTree.Tree;

    /// @dev The word of memory in whose last byte the input begins: the range has a left sibling on 16 levels.
    uint256 private constant WORD = 65_535;
    uint256 private constant GAS_CAP = 6_000_000;
    bytes2 private constant NO_ELEMENT = 0xffff;

    string private constant LAST_IS_BAD = "the last element is invalid";

    // ------------------------------------------------------------------------------------------------------- numbers

    function test_M0_ModExp() external {
        // 2 * (1,024 / 8)^2 * 183 = 5,996,544, and 2 * (104 / 8)^2 * (16 * (1,024 - 32) + 255) = 5,451,126.
        this.recordModExp("numbers of 1,024 bytes, an exponent of 184 bits", 1024, _ones(23), 1024);
        this.recordModExp("numbers of 104 bytes, an exponent of 1,024 bytes", 104, _ones(1024), 104);
    }

    /// @dev External, as all that follow: each measurement begins with fresh memory.
    function recordModExp(string calldata reason, uint256 baseLength, bytes calldata exponent, uint256 modulusLength)
        external
    {
        bytes memory modulus = _ones(modulusLength);
        bytes memory numbers = bytes.concat(_ones(baseLength), exponent, modulus);
        bytes memory input = abi.encodePacked(baseLength, exponent.length, modulusLength, numbers);
        (Machine memory m, DeepTree.Tree memory tree) = _begin(PrecompileTable.MODEXP, input);
        bytes memory lengths = tree.access(WORD, WORD + 3);
        bytes memory rest = tree.range(WORD + 3, WORD + tree.words.length - 1);
        record("PRECOMPILE, MODEXP", reason, m, bytes.concat(lengths, rest));
    }

    function test_M0_Blake2f() external {
        bytes memory input = bytes.concat(bytes4(uint32(GAS_CAP)), nonZeroBytes(208), hex"01");
        this.recordTotal("BLAKE2F", "6,000,000 rounds", PrecompileTable.BLAKE2F, input);
    }

    function test_M0_P256Verify() external {
        this.recordTotal("P256VERIFY", "160 bytes", PrecompileTable.P256VERIFY, nonZeroBytes(160));
    }

    // ----------------------------------------------------------------------------------------------------- BN254, KZG

    function test_M0_Bn254() external {
        bytes memory g1 = abi.encode(1, 2);
        this.recordSuccess("BN254_ADD", "two points", PrecompileTable.BN254_ADD, bytes.concat(g1, g1));
        bytes memory product = abi.encodePacked(g1, type(uint256).max);
        this.recordSuccess("BN254_MUL", "the largest factor", PrecompileTable.BN254_MUL, product);
        // 45,000 + 175 * 34,000 = 5,995,000.
        bytes memory pairs = repeat(bytes.concat(g1, KnownAnswers.BN254_G2), 175);
        this.recordSuccess("BN254_PAIRING", "175 pairs", PrecompileTable.BN254_PAIRING, pairs);
        this.recordFailure("BN254_ADD", PrecompileTable.BN254_ADD, nonZeroBytes(128));
        this.recordFailure("BN254_MUL", PrecompileTable.BN254_MUL, nonZeroBytes(96));
        this.recordFailure("BN254_PAIRING", PrecompileTable.BN254_PAIRING, nonZeroBytes(175 * 192));
    }

    function test_M0_PointEvaluation() external {
        this.recordFailure("POINT_EVALUATION", PrecompileTable.POINT_EVALUATION, nonZeroBytes(192));
        // The polynomial 0.
        bytes memory infinity = bytes.concat(hex"c0", new bytes(47));
        bytes32 versionedHash = bytes32(uint256(sha256(infinity)) & (type(uint256).max >> 8) | 1 << 248);
        bytes memory input = bytes.concat(versionedHash, new bytes(64), infinity, infinity);
        this.recordSuccess("POINT_EVALUATION", "a valid proof", PrecompileTable.POINT_EVALUATION, input);
    }

    // ----------------------------------------------------------------------------------------------------- BLS12-381

    function test_M0_Bls12Sums() external {
        bytes memory g1 = KnownAnswers.G1;
        bytes memory g2 = KnownAnswers.G2;
        this.recordSuccess("BLS12_G1ADD", "two points", PrecompileTable.BLS12_G1ADD, bytes.concat(g1, g1));
        this.recordSuccess("BLS12_G2ADD", "two points", PrecompileTable.BLS12_G2ADD, bytes.concat(g2, g2));
        // As many as GAS_CAP / 64 bytes can hold.
        bytes memory pair = abi.encodePacked(g1, type(uint256).max);
        this.recordSuccess("BLS12_G1MSM", "585 products", PrecompileTable.BLS12_G1MSM, repeat(pair, 585));
        pair = abi.encodePacked(g2, type(uint256).max);
        this.recordSuccess("BLS12_G2MSM", "325 products", PrecompileTable.BLS12_G2MSM, repeat(pair, 325));
        this.recordFailure("BLS12_G1ADD", PrecompileTable.BLS12_G1ADD, nonZeroBytes(256));
        this.recordFailure("BLS12_G2ADD", PrecompileTable.BLS12_G2ADD, nonZeroBytes(512));
        this.recordFailure("BLS12_G1MSM", PrecompileTable.BLS12_G1MSM, nonZeroBytes(585 * 160));
        this.recordFailure("BLS12_G2MSM", PrecompileTable.BLS12_G2MSM, nonZeroBytes(325 * 288));
    }

    function test_M0_Bls12Pairings() external {
        // 37,700 + 182 * 32,600 = 5,970,900.
        bytes memory pairs = repeat(bytes.concat(KnownAnswers.G1, KnownAnswers.G2), 182);
        this.recordSuccess("BLS12_PAIRING", "182 pairs", PrecompileTable.BLS12_PAIRING, pairs);
        this.recordFailure("BLS12_PAIRING", PrecompileTable.BLS12_PAIRING, nonZeroBytes(182 * 384));
    }

    function test_M0_Bls12Maps() external {
        bytes memory element = bytes.concat(new bytes(16), hex"11", nonZeroBytes(47));
        this.recordSuccess("BLS12_MAP_FP_TO_G1", "a field element", PrecompileTable.BLS12_MAP_FP_TO_G1, element);
        bytes memory two = bytes.concat(element, element);
        this.recordSuccess("BLS12_MAP_FP2_TO_G2", "two field elements", PrecompileTable.BLS12_MAP_FP2_TO_G2, two);
        this.recordFailure("BLS12_MAP_FP_TO_G1", PrecompileTable.BLS12_MAP_FP_TO_G1, nonZeroBytes(64));
        this.recordFailure("BLS12_MAP_FP2_TO_G2", PrecompileTable.BLS12_MAP_FP2_TO_G2, nonZeroBytes(128));
    }

    // -------------------------------------------------------------------------------------------------------- records

    /// @dev A precompile that can't fail.
    function recordTotal(string calldata name, string calldata reason, uint256 number, bytes memory input) external {
        (Machine memory m, DeepTree.Tree memory tree) = _begin(number, input);
        record(string.concat("PRECOMPILE, ", name), reason, m, _all(tree));
    }

    function recordSuccess(string calldata name, string calldata reason, uint256 number, bytes memory input) external {
        (Machine memory m, DeepTree.Tree memory tree) = _begin(number, input);
        record(string.concat("PRECOMPILE, ", name), reason, m, bytes.concat(NO_ELEMENT, _all(tree)));
    }

    /// @dev Only the bad element is opened, the last one.
    function recordFailure(string calldata name, uint256 number, bytes memory input) external {
        (Machine memory m, DeepTree.Tree memory tree) = _begin(number, input);
        uint256 size = PrecompileTable.entryOf(number).elementSize;
        uint256 bad = input.length / size - 1;
        uint256 start = 32 * WORD + 31 + bad * size;
        bytes memory element = tree.range(start / 32, (start + size - 1) / 32);
        record(string.concat("PRECOMPILE, ", name), LAST_IS_BAD, m, bytes.concat(bytes2(uint16(bad)), element));
    }

    function _all(DeepTree.Tree memory tree) private pure returns (bytes memory) {
        return tree.range(WORD, WORD + tree.words.length - 1);
    }

    /// @dev A frame of the precompile `number` whose calldata is `input`.
    function _begin(uint256 number, bytes memory input)
        private
        pure
        returns (Machine memory m, DeepTree.Tree memory tree)
    {
        tree = DeepTree.around(bytes.concat(nonZeroBytes(31), input), WORD);
        m = worstMachine(StepKinds.PRECOMPILE);
        m.frame.kind = CallFrame.PRECOMPILE;
        (m.frame.target, m.frame.memoryWords) = (address(uint160(number)), 0);
        (m.frame.calldataRoot, m.frame.calldataOffset) = (tree.root(), 32 * WORD + 31);
        m.frame.calldataLength = input.length;
    }

    function _ones(uint256 length) private pure returns (bytes memory) {
        return repeat(hex"ff", length);
    }
}
