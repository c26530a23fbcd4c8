// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PrecompileGas} from "../../../src/machine/precompiles/PrecompileGas.sol";
import {PrecompileTable} from "../../../src/machine/precompiles/PrecompileTable.sol";
import {Machine} from "../../../src/machine/state/MachineState.sol";
import {PrecompileInputs} from "../utils/PrecompileInputs.sol";
import {DelegatedTest} from "./DelegatedTest.sol";

contract DelegatedStepTest is DelegatedTest {
    function test_TheOutputIsThatOfL1() external view {
        uint256[14] memory precompiles = PrecompileInputs.all();
        for (uint256 i = 0; i < 14; i++) {
            for (uint256 count = 1; count <= 3; count++) {
                bytes memory input = PrecompileInputs.valid(precompiles[i], count);
                _checkReturned(precompiles[i], input, input);
                if (PrecompileTable.entryOf(precompiles[i]).lengths == PrecompileTable.ONE_ELEMENT) break;
            }
        }
    }

    /// @dev Precompiles that read a fixed part of any input take zeros for what it lacks, and ignore what follows.
    function test_AnInputOfAnyLengthIsPaddedOrCut() external view {
        bytes memory sum = abi.encode(1, 2);
        _checkReturned(PrecompileTable.BN254_ADD, sum, bytes.concat(sum, new bytes(64)));
        _checkReturned(PrecompileTable.BN254_ADD, "", new bytes(128));
        sum = abi.encode(1, 2, 1, 2);
        _checkReturned(PrecompileTable.BN254_ADD, bytes.concat(sum, makeBytes(300, 1)), sum);
        _checkReturned(PrecompileTable.BN254_MUL, bytes.concat(abi.encode(1, 2), hex"01"), abi.encode(1, 2, 1 << 248));
        _checkReturned(PrecompileTable.BN254_MUL, abi.encode(1, 2, 5, "unread"), abi.encode(1, 2, 5));
    }

    function test_NoPairMakesAPairingTrue() external view {
        checkReturned(advance(begin(PrecompileTable.BN254_PAIRING, ""), hex"ffff"), abi.encode(1));
    }

    function test_InputsOfOtherLengthsHalt() external view {
        for (uint256 p = PrecompileTable.BN254_PAIRING; p <= PrecompileTable.BLS12_MAP_FP2_TO_G2; p++) {
            bytes memory input = PrecompileInputs.valid(p, 2);
            checkHalted(advance(begin(p, slice(input, 0, input.length - 1)), ""));
            checkHalted(advance(begin(p, bytes.concat(input, hex"00")), ""));
            if (p != PrecompileTable.BN254_PAIRING) checkHalted(advance(begin(p, ""), ""));
        }
    }

    /// @dev Every element, in every way, named alone and among valid ones.
    function test_AnInvalidElementHalts() external view {
        for (uint256 p = PrecompileTable.BN254_ADD; p <= PrecompileTable.BLS12_MAP_FP2_TO_G2; p++) {
            if (p == PrecompileTable.BLAKE2F) continue;
            for (uint256 way = 0; way < PrecompileInputs.WAYS; way++) {
                bytes memory bad = PrecompileInputs.invalid(p, way);
                (bool answered,) = ask(p, bad);
                assertFalse(answered);
                checkHalted(advance(begin(p, bad), failure(p, bad, 0)));
                if (PrecompileTable.entryOf(p).lengths < PrecompileTable.ELEMENTS) continue;
                bytes memory good = PrecompileInputs.valid(p, 2);
                bytes memory input = bytes.concat(good, bad, good);
                (answered,) = ask(p, input);
                assertFalse(answered);
                checkHalted(advance(begin(p, input), failure(p, input, 2)));
            }
        }
    }

    function test_WithoutItsPriceItHalts() external view {
        uint256[14] memory precompiles = PrecompileInputs.all();
        for (uint256 i = 0; i < 14; i++) {
            uint256 p = precompiles[i];
            bytes memory input = PrecompileInputs.valid(p, 2);
            bytes memory accesses = success(p, input);
            uint256 price = 10_000_000 - advance(begin(p, input), accesses).frame.gas;
            Machine memory m = begin(p, input);
            m.frame.gas = price;
            assertEq(advance(m, accesses).frame.gas, 0);
            m.frame.gas = price - 1;
            // What the price follows from has been read.
            bool isRead = p == PrecompileTable.MODEXP || p == PrecompileTable.BLAKE2F;
            checkHalted(advance(m, isRead ? accesses : bytes("")));
            // More than what any call may cost.
            m = begin(p, input);
            m.batch.precompileGasCap = price - 1;
            checkHalted(advance(m, isRead ? accesses : bytes("")));
            m.batch.precompileGasCap = price;
            // So low a cap does not allow a sum its bytes.
            if (!PrecompileGas.isSum(p)) assertEq(advance(m, accesses).frame.gas, 10_000_000 - price);
        }
    }

    /// @dev Of eight products, which cost less than the cap that their length asks for.
    function test_ASumLongerThanTheCapAllowsHalts() external view {
        for (uint256 p = PrecompileTable.BLS12_G1MSM; p <= PrecompileTable.BLS12_G2MSM; p += 2) {
            bytes memory input = PrecompileInputs.valid(p, 8);
            Machine memory m = begin(p, input);
            m.batch.precompileGasCap = 64 * input.length;
            assertGt(advance(m, success(p, input)).frame.gas, 0);
            m.batch.precompileGasCap -= 1;
            checkHalted(advance(m, ""));
        }
    }

    function test_ModExp() external view {
        // Nothing to give: no call, whatever the base is.
        _checkModExp(abi.encode(0, 0, 0), "");
        _checkModExp(bytes.concat(abi.encode(3, 1, 0), hex"01020305"), "");
        _checkModExp("", "");
        // Numbers that the input lacks are zero, also the modulus.
        _checkModExp(abi.encode(2, 1, 5), new bytes(5));
        _checkModExp(
            bytes.concat(abi.encode(1, 1, 33), hex"0302", new bytes(32), hex"07"), abi.encodePacked(uint256(0), hex"02")
        );
        _checkModExp(bytes.concat(abi.encode(1, 1, 1), hex"030507", makeBytes(200, 1)), hex"05");
        _checkModExp(bytes.concat(abi.encode(1024, 1, 1), new bytes(1023), hex"030507"), hex"05");
        // 2^(1 << 248) mod 3, of which only the exponent's first byte is there.
        _checkModExp(bytes.concat(abi.encode(1, 32, 1), hex"0201"), hex"00");
    }

    function test_ModExpOfTooLongNumbersHalts() external view {
        for (uint256 i = 0; i < 3; i++) {
            uint256[3] memory lengths = [uint256(1), 1, 1];
            lengths[i] = 1025;
            bytes memory input = abi.encode(lengths);
            checkHalted(advance(begin(5, input), success(5, input)));
            lengths[i] = type(uint256).max;
            input = abi.encode(lengths);
            checkHalted(advance(begin(5, input), success(5, input)));
        }
    }

    function test_BlakeWithAnotherFlagHalts() external view {
        bytes memory input = PrecompileInputs.blake2f(1);
        for (uint256 flag = 2; flag < 256; flag += 127) {
            input[212] = bytes1(uint8(flag));
            checkHalted(advance(begin(9, input), range(input, 0, 213)));
        }
        input[212] = 0;
        _checkReturned(9, input, input);
    }

    function test_OneGasForEachRound() external view {
        for (uint256 rounds = 0; rounds < 3; rounds++) {
            bytes memory input = PrecompileInputs.blake2f(rounds);
            assertEq(advance(begin(9, input), success(9, input)).frame.gas, 10_000_000 - rounds);
        }
        bytes memory longest = PrecompileInputs.blake2f(type(uint32).max);
        checkHalted(advance(begin(9, longest), range(longest, 0, 213)));
    }

    function test_ASignatureThatIsNotValidHasNoOutput() external view {
        bytes memory input = PrecompileInputs.p256Verify();
        _checkReturned(PrecompileTable.P256VERIFY, input, input);
        input[0] ^= 0x01;
        Machine memory m = advance(begin(PrecompileTable.P256VERIFY, input), range(input, 0, 160));
        checkReturned(m, "");
        assertEq(m.frame.gas, 10_000_000 - 6900);
        // Another length: paid for, and not read.
        for (uint256 length = 0; length <= 161; length += 23) {
            if (length == 160) continue;
            m = advance(begin(PrecompileTable.P256VERIFY, makeBytes(length, 1)), "");
            checkReturned(m, "");
            assertEq(m.frame.gas, 10_000_000 - 6900);
        }
    }

    function test_RevertWhen_TheWitnessIsNotOfThisStep() external {
        uint256[14] memory precompiles = PrecompileInputs.all();
        for (uint256 i = 0; i < 14; i++) {
            uint256 p = precompiles[i];
            bytes memory input = PrecompileInputs.valid(p, 2);
            checkCorrupted(begin(p, input), success(p, input));
            if (PrecompileTable.entryOf(p).isTotal) continue;
            input = PrecompileInputs.invalid(p, 0);
            checkCorrupted(begin(p, input), failure(p, input, 0));
        }
    }

    /// @dev The call with `input` gives what L1 gives for `read`.
    function _checkReturned(uint256 precompile, bytes memory input, bytes memory read) private view {
        (bool answered, bytes memory output) = ask(precompile, read);
        assertTrue(answered);
        assertGt(output.length, 0);
        checkReturned(advance(begin(precompile, input), success(precompile, input)), output);
    }

    function _checkModExp(bytes memory input, bytes memory output) private view {
        checkReturned(advance(begin(5, input), success(5, input)), output);
    }
}
