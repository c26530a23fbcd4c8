// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Delegated} from "../../../src/machine/precompiles/Delegated.sol";
import {L1Precompile} from "../../../src/machine/precompiles/L1Precompile.sol";
import {PrecompileGas} from "../../../src/machine/precompiles/PrecompileGas.sol";
import {PrecompileTable} from "../../../src/machine/precompiles/PrecompileTable.sol";
import {Brutalized} from "../../utils/Brutalized.sol";
import {PrecompileInputs} from "../utils/PrecompileInputs.sol";
import {Test} from "forge-std/Test.sol";

/// @notice M-9: the calls of L1's precompiles, with any gas and at any price.
contract L1PrecompileTest is Test, Brutalized {
    function run(uint256 precompile, bytes calldata input, uint256 outputLength)
        external
        view
        brutalized
        returns (bytes memory)
    {
        return L1Precompile.run(precompile, input, outputLength);
    }

    function requireFailure(uint256 precompile, bytes calldata element, uint256 allowance) external view brutalized {
        L1Precompile.requireFailure(precompile, element, Delegated.validElement(precompile), allowance);
    }

    function recover(bytes32 hash, uint256 v, bytes32 r, bytes32 s) external view brutalized returns (address) {
        return L1Precompile.recover(hash, v, r, s);
    }

    /// @dev A price that L1 has raised beyond the allowance: all elements fail, and none is proved to.
    function test_RevertWhen_TheAllowanceIsBelowThePrice() external {
        for (uint256 p = PrecompileTable.BN254_ADD; p <= PrecompileTable.BLS12_MAP_FP2_TO_G2; p++) {
            if (p == PrecompileTable.BLAKE2F) continue;
            uint256 price = PrecompileGas.price(p, 1);
            bytes memory valid = PrecompileInputs.element(p);
            bytes memory invalid = PrecompileInputs.invalid(p, 0);
            vm.expectPartialRevert(L1Precompile.L1PrecompileControlFailed.selector);
            this.requireFailure(p, valid, price - 1);
            vm.expectPartialRevert(L1Precompile.L1PrecompileControlFailed.selector);
            this.requireFailure(p, invalid, price - 1);
            this.requireFailure(p, invalid, price);
        }
    }

    /// @dev The control costs what any element costs, and is none of those that fail.
    function test_TheControlIsValid() external {
        for (uint256 p = PrecompileTable.BN254_ADD; p <= PrecompileTable.BLS12_MAP_FP2_TO_G2; p++) {
            if (p == PrecompileTable.BLAKE2F) continue;
            bytes memory control = Delegated.validElement(p);
            assertEq(control.length, PrecompileTable.entryOf(p).elementSize);
            vm.expectPartialRevert(L1Precompile.L1PrecompileAccepted.selector);
            this.requireFailure(p, control, PrecompileGas.price(p, 1));
        }
        bytes32 ofInfinity = sha256(bytes.concat(hex"c0", new bytes(47)));
        bytes memory evaluation = Delegated.validElement(PrecompileTable.POINT_EVALUATION);
        assertEq(uint256(bytes32(evaluation)), uint256(ofInfinity) & type(uint248).max | 1 << 248);
    }

    /// @dev Whatever gas it runs with, the frame that asks takes no valid element for an invalid one: the control gets less
    /// than the element had.
    function testFuzz_NoGasMakesAValidElementFail(uint256 gas, uint256 allowance) external view {
        uint256 p = PrecompileTable.BN254_PAIRING;
        uint256 price = PrecompileGas.price(p, 1);
        gas = 10_000 + gas % (20 * price);
        allowance %= 20 * price;
        try this.requireFailure{gas: gas}(p, PrecompileInputs.element(p), allowance) {
            revert("a valid element was refused");
        } catch {}
    }

    function test_RevertWhen_ACallFails() external {
        vm.expectPartialRevert(L1Precompile.L1PrecompileFailed.selector);
        this.run{gas: 100_000}(PrecompileTable.BN254_ADD, abi.encode(1, 3), 64);
    }

    function test_RevertWhen_TheOutputHasAnotherLength() external {
        bytes memory reason =
            abi.encodeWithSelector(L1Precompile.L1PrecompileOutput.selector, PrecompileTable.BN254_ADD, 65, 64);
        vm.expectRevert(reason);
        this.run(PrecompileTable.BN254_ADD, "", 65);
        // An account without code.
        vm.expectRevert(abi.encodeWithSelector(L1Precompile.L1PrecompileOutput.selector, 0x12, 32, 0));
        this.run(0x12, "", 32);
    }

    function test_OutputsOfAnyLength() external view {
        for (uint256 length = 1; length <= 1024; length += 31) {
            bytes memory output = this.run(PrecompileTable.MODEXP, PrecompileInputs.modExp(0, 0, length), length);
            // Anything to the power of nothing.
            assertEq(uint8(output[length - 1]), 1);
            assertEq(output.length, length);
        }
    }

    function test_Recover() external view {
        bytes32 hash = keccak256("signed");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(7, hash);
        assertEq(this.recover(hash, v, r, s), vm.addr(7));
        assertEq(this.recover(hash, uint256(v) + 256, r, s), address(0));
        assertEq(this.recover(hash, 29, r, s), address(0));
        assertEq(this.recover(hash, v, r, 0), address(0));
        assertEq(this.recover(hash, v, bytes32(type(uint256).max), s), address(0));
    }
}
