// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TransactionDecoder} from "../../../src/machine/boundary/TransactionDecoder.sol";
import {TransactionState} from "../../../src/machine/state/TransactionState.sol";
import {Ffi} from "../../utils/Ffi.sol";

contract TransactionDecoderTest is Ffi {
    struct Case {
        string name;
        bytes raw;
        bool valid;
        address sender;
        bytes32 hash;
        uint256 executionGas;
        uint256 floorGas;
    }

    function decode(bytes calldata raw, uint256 chainId)
        external
        view
        returns (bool valid, TransactionState.Record memory record)
    {
        valid = TransactionDecoder.decodeTransaction(raw, chainId, record);
    }

    function test_DecodesTheOfficialTransactions() external {
        Case[] memory cases = abi.decode(ffi("transactions", "official"), (Case[]));
        if (cases.length == 0) emit log("no official tests: set STATE_TESTS to their folder to run them here");
        for (uint256 i = 0; i < cases.length; i++) {
            (bool valid, TransactionState.Record memory record) = this.decode(cases[i].raw, 1);
            if (valid && cases[i].sender == address(0)) {
                // Rejected for its price alone: no balance covers gasLimit * maxFeePerGas.
                assertTrue(cases[i].valid, cases[i].name);
                assertGt(record.maxFeePerGas, type(uint256).max / record.gasLimit, cases[i].name);
            } else if (cases[i].sender != address(0)) {
                check(cases[i], valid, record);
            }
        }
    }

    function test_DecodesWhatALibraryMakesAndNotWhatItRejects() external {
        Case[] memory cases = abi.decode(ffi("transactions", "decoder"), (Case[]));
        uint256 valid;
        for (uint256 i = 0; i < cases.length; i++) {
            (bool isValid, TransactionState.Record memory record) = this.decode(cases[i].raw, 1);
            check(cases[i], isValid, record);
            if (isValid) valid++;
        }
        // Both sides of the rule were tried.
        assertGt(valid, 30);
        assertGt(cases.length - valid, 30);
    }

    function check(Case memory expected, bool valid, TransactionState.Record memory record) private pure {
        assertEq(valid, expected.valid, expected.name);
        if (!valid) return;
        assertEq(record.origin, expected.sender, expected.name);
        assertEq(record.hash, expected.hash, expected.name);
        assertEq(record.executionGas, expected.executionGas, expected.name);
        assertEq(record.floorGas, expected.floorGas, expected.name);
    }

    /// @dev With too little gas for the recovery the step has no result. (A failed precompile taken for "nobody signed"
    /// would let whoever pays for the step have a valid transaction skipped.)
    function test_TooLittleGasSkipsNothing() external {
        Case memory valid = firstValid();
        uint256 failed;
        uint256 decoded;
        for (uint256 gas = 3000; gas < 60_000; gas += 37) {
            try this.decode{gas: gas}(valid.raw, 1) returns (bool isValid, TransactionState.Record memory) {
                assertTrue(isValid);
                decoded++;
            } catch {
                failed++;
            }
        }
        assertGt(failed, 100);
        assertGt(decoded, 100);
    }

    function firstValid() private returns (Case memory) {
        Case[] memory cases = abi.decode(ffi("transactions", "decoder"), (Case[]));
        for (uint256 i = 0; i < cases.length; i++) {
            if (cases[i].valid) return cases[i];
        }
        revert("no valid case");
    }

    function testFuzz_NeverReverts(bytes calldata raw, uint64 chainId) external view {
        this.decode(raw, chainId);
        this.decode(bytes.concat(hex"02f8", raw), chainId);
    }
}
