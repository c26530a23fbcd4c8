// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Witness} from "../../../src/machine/Witness.sol";
import {Delegated} from "../../../src/machine/precompiles/Delegated.sol";
import {KnownAnswers} from "../../../src/machine/precompiles/KnownAnswers.sol";
import {L1Precompile} from "../../../src/machine/precompiles/L1Precompile.sol";
import {PrecompileTable} from "../../../src/machine/precompiles/PrecompileTable.sol";
import {Machine} from "../../../src/machine/state/MachineState.sol";
import {BulkSteps} from "../../../src/machine/steps/BulkSteps.sol";
import {PrecompileInputs} from "../utils/PrecompileInputs.sol";
import {WitnessBuilder} from "../utils/WitnessBuilder.sol";
import {DelegatedTest} from "./DelegatedTest.sol";

/// @notice M-9: ways to have L1 take another state for the one after a precompile.
contract DelegatedAttackTest is DelegatedTest {
    // -------------------------------------------------------------------------------------------------- little gas

    /// @dev A call that L1 had too little gas for is neither a success without output nor a failure.
    function test_TooLittleGasChangesNoResult() external {
        uint256[14] memory precompiles = PrecompileInputs.all();
        for (uint256 i = 0; i < 14; i++) {
            bytes memory input = PrecompileInputs.valid(precompiles[i], 2);
            _starve(begin(precompiles[i], input), success(precompiles[i], input));
        }
    }

    function test_TooLittleGasChangesNoEmptyOutput() external {
        bytes memory input = PrecompileInputs.p256Verify();
        input[40] ^= 0x01;
        _starve(begin(PrecompileTable.P256VERIFY, input), success(PrecompileTable.P256VERIFY, input));
    }

    /// @dev More rounds than the rest of the step costs: most of the limits tried fall into the call.
    function test_TooLittleGasChangesNoLongCall() external {
        bytes memory input = PrecompileInputs.blake2f(300_000);
        _starve(begin(PrecompileTable.BLAKE2F, input), success(PrecompileTable.BLAKE2F, input));
        input = PrecompileInputs.modExp(1024, 3, 1024);
        _starve(begin(PrecompileTable.MODEXP, input), success(PrecompileTable.MODEXP, input));
        input = PrecompileInputs.valid(PrecompileTable.BN254_PAIRING, 8);
        _starve(begin(PrecompileTable.BN254_PAIRING, input), success(PrecompileTable.BN254_PAIRING, input));
    }

    function test_TooLittleGasChangesNoFailure() external {
        for (uint256 p = PrecompileTable.BN254_ADD; p <= PrecompileTable.BLS12_MAP_FP2_TO_G2; p++) {
            if (p == PrecompileTable.BLAKE2F) continue;
            bytes memory input = PrecompileInputs.invalid(p, 0);
            _starve(begin(p, input), failure(p, input, 0));
        }
    }

    /// @dev No limit of gas makes a valid element an invalid one.
    function test_RevertWhen_TooLittleGasMakesAnElementFail() external {
        for (uint256 p = PrecompileTable.BN254_ADD; p <= PrecompileTable.BLS12_MAP_FP2_TO_G2; p++) {
            if (p == PrecompileTable.BLAKE2F) continue;
            bytes memory input = PrecompileInputs.valid(p, 2);
            Machine memory m = begin(p, input);
            bytes memory witness = witnessOf(m, failure(p, input, 0));
            bytes32 preState = WitnessBuilder.hashOf(m);
            uint256 enough = _gasOf(m, success(p, input));
            for (uint256 gas = enough + 1_000_000; gas > 20_000; gas -= gas / 150) {
                (bool verified,) = _verify(gas, preState, witness);
                assertFalse(verified, vm.toString(p));
            }
        }
    }

    /// @dev Makes the step with every limit of gas, finest around the least that is enough: it reverts, or gives the state
    /// that it gives with all the gas there is.
    function _starve(Machine memory m, bytes memory accesses) private {
        bytes memory witness = witnessOf(m, accesses);
        bytes32 preState = WitnessBuilder.hashOf(m);
        bytes32 expected = steps.verifyStep(preState, witness);
        uint256 most = 2 * _gasOf(m, accesses);
        uint256 least = 0;
        uint256 enough = most;
        while (enough - least > 1) {
            uint256 gas = (least + enough) / 2;
            if (_agrees(gas, preState, witness, expected)) enough = gas;
            else least = gas;
        }
        for (uint256 gas = enough > 4000 ? enough - 4000 : 0; gas < enough + 1000; gas += 41) {
            _agrees(gas, preState, witness, expected);
        }
        for (uint256 i = 1; i < 100; i++) {
            _agrees(most * i / 100, preState, witness, expected);
        }
    }

    function _agrees(uint256 gas, bytes32 preState, bytes memory witness, bytes32 expected) private returns (bool) {
        (bool verified, bytes memory result) = _verify(gas, preState, witness);
        if (verified) assertEq(abi.decode(result, (bytes32)), expected, "another state with less gas");
        return verified;
    }

    function _verify(uint256 gas, bytes32 preState, bytes memory witness) private returns (bool, bytes memory) {
        return address(steps).call{gas: gas}(abi.encodeCall(steps.verifyStep, (preState, witness)));
    }

    function _gasOf(Machine memory m, bytes memory accesses) private view returns (uint256 gas) {
        bytes memory witness = witnessOf(m, accesses);
        bytes32 preState = WitnessBuilder.hashOf(m);
        gas = gasleft();
        steps.verifyStep(preState, witness);
        return gas - gasleft();
    }

    // -------------------------------------------------------------------------------------------------- wrong claims

    function test_RevertWhen_AValidElementIsNamedAsBad() external {
        for (uint256 p = PrecompileTable.BN254_ADD; p <= PrecompileTable.BLS12_MAP_FP2_TO_G2; p++) {
            if (p == PrecompileTable.BLAKE2F) continue;
            bytes memory input = PrecompileInputs.valid(p, 2);
            _expectRefused(p, input, failure(p, input, 0), L1Precompile.L1PrecompileAccepted.selector);
            if (PrecompileTable.entryOf(p).lengths < PrecompileTable.ELEMENTS) continue;
            // One that stands beside a bad one.
            input = bytes.concat(input, PrecompileInputs.invalid(p, 0));
            _expectRefused(p, input, failure(p, input, 1), L1Precompile.L1PrecompileAccepted.selector);
        }
    }

    function test_RevertWhen_AnInvalidInputIsSaidToBeValid() external {
        for (uint256 p = PrecompileTable.BN254_ADD; p <= PrecompileTable.BLS12_MAP_FP2_TO_G2; p++) {
            if (p == PrecompileTable.BLAKE2F) continue;
            for (uint256 way = 0; way < PrecompileInputs.WAYS; way++) {
                bytes memory input = PrecompileInputs.invalid(p, way);
                _expectRefused(p, input, success(p, input), L1Precompile.L1PrecompileFailed.selector);
            }
        }
    }

    /// @dev An element past the input would be read as zeros or as what lies behind it.
    function test_RevertWhen_TheBadElementIsNotInTheInput() external {
        for (uint256 p = PrecompileTable.BN254_ADD; p <= PrecompileTable.BLS12_MAP_FP2_TO_G2; p++) {
            if (p == PrecompileTable.BLAKE2F) continue;
            uint256 count = PrecompileTable.entryOf(p).lengths < PrecompileTable.ELEMENTS ? 1 : 2;
            bytes memory input = PrecompileInputs.valid(p, 2);
            for (uint256 bad = count; bad < NO_ELEMENT; bad = 2 * bad + 1) {
                bytes memory reason = abi.encodeWithSelector(Delegated.NoSuchElement.selector, bad, count);
                vm.expectRevert(reason);
                _step(begin(p, input), failure(p, input, bad));
            }
        }
        // The pairing of nothing has no element.
        vm.expectRevert(abi.encodeWithSelector(Delegated.NoSuchElement.selector, 0, 0));
        _step(begin(PrecompileTable.BN254_PAIRING, ""), hex"0000");
    }

    /// @dev What can't fail has no index in its witness.
    function test_RevertWhen_ATotalPrecompileIsSaidToFail() external {
        uint256[3] memory total = [PrecompileTable.MODEXP, PrecompileTable.BLAKE2F, PrecompileTable.P256VERIFY];
        for (uint256 i = 0; i < 3; i++) {
            bytes memory input = PrecompileInputs.valid(total[i], 1);
            vm.expectRevert();
            _step(begin(total[i], input), bytes.concat(hex"0000", success(total[i], input)));
            vm.expectPartialRevert(Witness.WitnessTrailingBytes.selector);
            _step(begin(total[i], input), bytes.concat(success(total[i], input), hex"0000"));
        }
    }

    function _expectRefused(uint256 precompile, bytes memory input, bytes memory accesses, bytes4 reason) private {
        vm.expectPartialRevert(reason);
        _step(begin(precompile, input), accesses);
    }

    /// @dev With so little gas that a precompile that fails leaves some for the next.
    function _step(Machine memory m, bytes memory accesses) private view {
        steps.verifyStep{gas: 3_000_000}(WitnessBuilder.hashOf(m), witnessOf(m, accesses));
    }

    // -------------------------------------------------------------------------------------------------- another L1

    function test_RevertWhen_L1LacksAPrecompile() external {
        uint256[14] memory precompiles = PrecompileInputs.all();
        for (uint256 i = 0; i < 14; i++) {
            uint256 p = precompiles[i];
            // As an account without code answers.
            vm.mockCall(address(uint160(p)), bytes(""), bytes(""));
            vm.expectRevert(abi.encodeWithSelector(KnownAnswers.L1PrecompileMissing.selector, p));
            new BulkSteps();
            vm.clearMockedCalls();
            vm.mockCallRevert(address(uint160(p)), bytes(""), bytes(""));
            vm.expectRevert(abi.encodeWithSelector(KnownAnswers.L1PrecompileMissing.selector, p));
            new BulkSteps();
            vm.clearMockedCalls();
        }
    }

    function test_RevertWhen_TheOutputHasAnotherLength() external {
        uint256[14] memory precompiles = PrecompileInputs.all();
        for (uint256 i = 0; i < 14; i++) {
            uint256 p = precompiles[i];
            bytes memory input = PrecompileInputs.valid(p, 1);
            bytes memory accesses = success(p, input);
            (, bytes memory output) = ask(p, input);
            _mockLength(p, output.length - 1);
            _expectRefused(p, input, accesses, L1Precompile.L1PrecompileOutput.selector);
            _mockLength(p, output.length + 1);
            _expectRefused(p, input, accesses, L1Precompile.L1PrecompileOutput.selector);
            // Only a signature's has two.
            _mockLength(p, 0);
            if (p != PrecompileTable.P256VERIFY) {
                _expectRefused(p, input, accesses, L1Precompile.L1PrecompileOutput.selector);
            }
            vm.clearMockedCalls();
        }
    }

    /// @dev An L1 that refuses what is valid: no failure can be proved there, and none is.
    function test_RevertWhen_TheControlFailsToo() external {
        for (uint256 p = PrecompileTable.BN254_ADD; p <= PrecompileTable.BLS12_MAP_FP2_TO_G2; p++) {
            if (p == PrecompileTable.BLAKE2F) continue;
            vm.mockCallRevert(address(uint160(p)), bytes(""), bytes(""));
            bytes memory input = PrecompileInputs.valid(p, 1);
            _expectRefused(p, input, failure(p, input, 0), L1Precompile.L1PrecompileControlFailed.selector);
            vm.clearMockedCalls();
        }
    }

    function _mockLength(uint256 precompile, uint256 length) private {
        vm.clearMockedCalls();
        vm.mockCall(address(uint160(precompile)), bytes(""), new bytes(length));
    }
}
