// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PrecompileGas} from "../../../src/machine/precompiles/PrecompileGas.sol";
import {PrecompileTable} from "../../../src/machine/precompiles/PrecompileTable.sol";
import {Machine} from "../../../src/machine/state/MachineState.sol";
import {PrecompileInputs} from "../utils/PrecompileInputs.sol";
import {WitnessBuilder} from "../utils/WitnessBuilder.sol";
import {DelegatedTest} from "./DelegatedTest.sol";

/// @notice The largest inputs that the limits of M-8 allow fit a transaction of L1, also when L1 doubles its prices, and
/// one element more halts.
contract DelegatedGasTest is DelegatedTest {
    uint256 private constant MAX_GAS = 1 << 24;
    uint256 private constant MAX_BYTES = 117_964;
    /// @dev Of a transaction, and of the game's move around the step.
    uint256 private constant BASE_GAS = 21_000 + 500_000;

    function test_M8_TheLargestPairings() external {
        this.measureElements(PrecompileTable.BN254_PAIRING, 175);
        this.measureElements(PrecompileTable.BLS12_PAIRING, 182);
    }

    function test_M8_TheLargestSums() external {
        this.measureElements(PrecompileTable.BLS12_G1MSM, 585);
        this.measureElements(PrecompileTable.BLS12_G2MSM, 325);
    }

    /// @dev External, so that each measurement begins with fresh memory.
    function measureElements(uint256 precompile, uint256 count) external {
        bytes memory input = PrecompileInputs.valid(precompile, count);
        _measure(precompile, input, PrecompileGas.price(precompile, count));
        checkHalted(advance(begin(precompile, PrecompileInputs.valid(precompile, count + 1)), ""));
    }

    function test_M8_TheMostRounds() external {
        _measure(PrecompileTable.BLAKE2F, PrecompileInputs.blake2f(GAS_CAP), GAS_CAP);
        bytes memory input = PrecompileInputs.blake2f(GAS_CAP + 1);
        checkHalted(advance(begin(PrecompileTable.BLAKE2F, input), success(PrecompileTable.BLAKE2F, input)));
    }

    /// @dev Numbers of all lengths, powers as long as their price allows.
    function test_M8_TheDearestPowers() external {
        _measurePower(1024, 1024, 23);
        _measurePower(256, 256, 199);
        _measurePower(32, 32, 1024);
        _measurePower(1024, 1, 23);
    }

    function _measurePower(uint256 baseLength, uint256 modulusLength, uint256 exponentLength) private {
        uint256 head = type(uint256).max >> (exponentLength < 32 ? 256 - 8 * exponentLength : 0);
        uint256 price = PrecompileGas.modExpPrice(baseLength, exponentLength, modulusLength, head);
        assertLe(price, GAS_CAP);
        bytes memory input = PrecompileInputs.modExp(baseLength, exponentLength, modulusLength);
        _measure(PrecompileTable.MODEXP, input, price);
    }

    function _measure(uint256 precompile, bytes memory input, uint256 price) private {
        Machine memory m = begin(precompile, input);
        bytes memory witness = witnessOf(m, success(precompile, input));
        bytes32 preState = WitnessBuilder.hashOf(m);
        steps.verifyStep(preState, witness);
        // Of the call alone: the memory of this test makes any copy in it dear.
        uint256 gas = vm.lastCallGas().gasTotalUsed + price + BASE_GAS + _calldataGas(witness);
        emit log_named_uint(string.concat(vm.toString(precompile), " gas"), gas);
        emit log_named_uint(string.concat(vm.toString(precompile), " bytes"), witness.length);
        assertLe(gas, MAX_GAS);
        assertLe(witness.length, MAX_BYTES);
    }

    function _calldataGas(bytes memory data) private pure returns (uint256 gas) {
        for (uint256 i = 0; i < data.length; i++) {
            gas += data[i] == 0 ? 4 : 16;
        }
    }
}
