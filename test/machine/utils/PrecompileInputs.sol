// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {KnownAnswers} from "../../../src/machine/precompiles/KnownAnswers.sol";
import {PrecompileTable} from "../../../src/machine/precompiles/PrecompileTable.sol";
import {Vm} from "forge-std/Vm.sol";

/// @notice Inputs of the delegated precompiles, valid ones of any size and invalid elements.
library PrecompileInputs {
    Vm private constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    uint256 private constant P256_KEY = 7;

    /// @notice All of them, in ascending order.
    function all() internal pure returns (uint256[14] memory precompiles) {
        for (uint256 i = 0; i < 13; i++) {
            precompiles[i] = PrecompileTable.MODEXP + i;
        }
        precompiles[13] = PrecompileTable.P256VERIFY;
    }

    /// @notice A valid input of `count` elements, as far as the precompile takes so many, or of `count` rounds.
    function valid(uint256 precompile, uint256 count) internal pure returns (bytes memory) {
        if (precompile == PrecompileTable.MODEXP) return modExp(64, 3, 64);
        if (precompile == PrecompileTable.BLAKE2F) return blake2f(count);
        if (precompile == PrecompileTable.P256VERIFY) return p256Verify();
        if (precompile == PrecompileTable.BN254_ADD) return abi.encode(1, 2, 1, 2);
        if (precompile == PrecompileTable.BLS12_G1ADD) return bytes.concat(KnownAnswers.G1, KnownAnswers.G1_DOUBLED);
        if (precompile == PrecompileTable.BLS12_G2ADD) return bytes.concat(KnownAnswers.G2, KnownAnswers.G2_DOUBLED);
        bool isOne = PrecompileTable.entryOf(precompile).lengths < PrecompileTable.ELEMENTS;
        return repeat(element(precompile), isOne ? 1 : count);
    }

    /// @notice A valid element of a precompile that can fail, with few bytes that are zero.
    function element(uint256 precompile) internal pure returns (bytes memory) {
        bytes memory scalar = abi.encode(uint256(keccak256("scalar")) | 1 << 255);
        if (precompile == PrecompileTable.BN254_MUL) return bytes.concat(abi.encode(1, 2), scalar);
        if (precompile == PrecompileTable.BN254_PAIRING) return bytes.concat(abi.encode(1, 2), KnownAnswers.BN254_G2);
        if (precompile == PrecompileTable.BLS12_G1MSM) return bytes.concat(KnownAnswers.G1, scalar);
        if (precompile == PrecompileTable.BLS12_G2MSM) return bytes.concat(KnownAnswers.G2, scalar);
        if (precompile == PrecompileTable.BLS12_PAIRING) return bytes.concat(KnownAnswers.G1, KnownAnswers.G2);
        // The field element one, or one and one.
        if (precompile == PrecompileTable.BLS12_MAP_FP_TO_G1) return abi.encode(0, 1);
        if (precompile == PrecompileTable.BLS12_MAP_FP2_TO_G2) return abi.encode(0, 1, 0, 1);
        if (precompile == PrecompileTable.POINT_EVALUATION) return pointEvaluation(1, 0);
        return valid(precompile, 1);
    }

    /// @notice How many ways `invalid` knows.
    uint256 internal constant WAYS = 3;

    /// @notice An element that is not valid, in one of WAYS ways: off the curve, beyond the field's prime or, where the
    /// precompile checks that, outside of the group.
    function invalid(uint256 precompile, uint256 way) internal pure returns (bytes memory data) {
        if (precompile == PrecompileTable.POINT_EVALUATION) return _invalidEvaluation(way);
        data = element(precompile);
        bool isBn254 = precompile <= PrecompileTable.BN254_PAIRING;
        // Beyond the prime: the first coordinate's high bits.
        if (way == 1) data[isBn254 ? 0 : 16] |= 0xf0;
        else if (precompile >= PrecompileTable.BLS12_MAP_FP_TO_G1) data[way] = 0x01;
        else if (way == 0) data[isBn254 ? 63 : 127] ^= 0x01;
        else _leaveGroup(precompile, data);
    }

    /// @dev A point of the curve outside of its group. Where no check asks for that, a second one off the curve, or a
    /// byte of padding that is not zero.
    function _leaveGroup(uint256 precompile, bytes memory data) private pure {
        if (precompile == PrecompileTable.BLS12_G1MSM || precompile == PrecompileTable.BLS12_PAIRING) {
            // (0, 2) has order 3.
            for (uint256 i = 0; i < 128; i++) {
                data[i] = i == 127 ? bytes1(0x02) : bytes1(0);
            }
        } else if (precompile <= PrecompileTable.BN254_PAIRING) {
            data[
                    precompile == PrecompileTable.BN254_MUL ? 31 : precompile == PrecompileTable.BN254_ADD ? 127 : 191
                ] ^= 0x01;
        } else {
            data[3] = 0x01;
        }
    }

    function _invalidEvaluation(uint256 way) private pure returns (bytes memory data) {
        // Another value than that of the polynomial 0; another commitment than the hash is of; one that is no point.
        if (way == 0) return pointEvaluation(1, 1);
        data = pointEvaluation(1, 0);
        data[way == 1 ? 0 : 96] ^= 0x03;
    }

    /// @notice The claim that the polynomial 0 is `value` at `point`, with the proof that it is 0.
    function pointEvaluation(uint256 point, uint256 value) internal pure returns (bytes memory) {
        bytes memory infinity = bytes.concat(hex"c0", new bytes(47));
        uint256 versionedHash = uint256(sha256(infinity)) & type(uint248).max | 1 << 248;
        return bytes.concat(abi.encode(versionedHash, point, value), infinity, infinity);
    }

    /// @notice Numbers of the given lengths, all bits of them set.
    function modExp(uint256 baseLength, uint256 exponentLength, uint256 modulusLength)
        internal
        pure
        returns (bytes memory)
    {
        bytes memory numbers = repeat(hex"ff", baseLength + exponentLength + modulusLength);
        return bytes.concat(abi.encode(baseLength, exponentLength, modulusLength), numbers);
    }

    function blake2f(uint256 rounds) internal pure returns (bytes memory) {
        return bytes.concat(bytes4(uint32(rounds)), repeat(hex"a5", 208), hex"01");
    }

    /// @notice A signature that is valid.
    function p256Verify() internal pure returns (bytes memory) {
        bytes32 hash = keccak256("signed");
        (bytes32 r, bytes32 s) = VM.signP256(P256_KEY, hash);
        (uint256 x, uint256 y) = VM.publicKeyP256(P256_KEY);
        return abi.encode(hash, r, s, x, y);
    }

    function repeat(bytes memory part, uint256 count) internal pure returns (bytes memory data) {
        uint256 length = part.length;
        data = new bytes(length * count);
        assembly ("memory-safe") {
            let from := add(part, 32)
            let to := add(data, 32)
            for { let i := 0 } lt(i, count) { i := add(i, 1) } {
                mcopy(add(to, mul(i, length)), from, length)
            }
        }
    }
}
