// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StepKinds} from "../../../src/machine/StepKinds.sol";
import {CallFrame} from "../../../src/machine/state/CallFrame.sol";
import {Machine} from "../../../src/machine/state/MachineState.sol";
import {Operation} from "../../../src/machine/state/Operation.sol";
import {BulkTest} from "../bulk/BulkTest.sol";
import {WitnessBuilder} from "../utils/WitnessBuilder.sol";

contract PrecompileTest is BulkTest {
    uint256 private constant OFFSET = 5;

    /// @dev A frame of the precompile `number` whose calldata is `tree` from byte OFFSET on.
    function begin(uint160 number, bytes memory tree, uint256 length) private pure returns (Machine memory m) {
        m = machine();
        m.frame.kind = CallFrame.PRECOMPILE;
        m.frame.self = m.frame.target = address(number);
        m.operation.kind = StepKinds.PRECOMPILE;
        if (length == 0) return m;
        (m.frame.calldataRoot, m.frame.calldataOffset, m.frame.calldataLength) = (rootOf(tree), OFFSET, length);
    }

    function test_HashesTheCalldata() external view {
        for (uint256 length = 0; length <= 200; length += 5) {
            bytes memory tree = makeBytes(length + 40, length);
            bytes memory input = new bytes(length);
            for (uint256 i = 0; i < length; i++) {
                input[i] = tree[OFFSET + i];
            }
            uint256 words = (length + 31) / 32;
            check(2, tree, length, 60 + 12 * words, sha256(input));
            check(3, tree, length, 600 + 120 * words, bytes32(uint256(uint160(ripemd160(input)))));
        }
    }

    function check(uint160 number, bytes memory tree, uint256 length, uint256 cost, bytes32 expected) private view {
        Machine memory m = begin(number, tree, length);
        uint256 gas = m.frame.gas;
        m = advance(m, "");
        for (uint256 i = 0; i < (length + 8) / 64 + 1; i++) {
            assertEq(m.operation.kind, number == 2 ? StepKinds.SHA256 : StepKinds.RIPEMD160);
            m = advance(m, viewAccess(tree, OFFSET + i * 64, OFFSET + length, 64));
        }
        assertEq(gas - m.frame.gas, cost);
        checkReturned(m, abi.encode(expected));
    }

    function test_CopiesTheCalldata() external view {
        bytes memory tree = makeBytes(150, 3);
        bytes memory copied = new bytes(70);
        Machine memory m = advance(begin(4, tree, 70), "");
        assertEq(m.frame.gas, machine().frame.gas - 15 - 3 * 3);
        for (uint256 done = 0; done < 70; done += 32) {
            bytes memory reads = viewAccess(tree, OFFSET + done, OFFSET + 70, 32);
            m = advance(m, bytes.concat(reads, WitnessBuilder.word(copied, done / 32)));
            for (uint256 i = done; i < 70 && i < done + 32; i++) {
                copied[i] = tree[OFFSET + i];
            }
        }
        checkReturned(m, copied);
        checkReturned(advance(begin(4, tree, 0), ""), "");
    }

    function test_RecoversASigner() external view {
        bytes32 hash = keccak256("signed");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(7, hash);
        bytes memory tree = bytes.concat(new bytes(OFFSET), abi.encode(hash, v, r, s, "unread"));
        bytes memory access = viewAccess(tree, OFFSET, OFFSET + 200, 128);
        checkReturned(advance(begin(1, tree, 200), access), abi.encode(vm.addr(7)));

        // The missing last byte of s reads as zero, and then nobody signed that is known.
        access = viewAccess(tree, OFFSET, OFFSET + 127, 128);
        Machine memory m = advance(begin(1, tree, 127), access);
        assertEq(m.operation.next, Operation.RETURNED);
        // s above half the order is no fault here.
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        tree = bytes.concat(new bytes(OFFSET), abi.encode(hash, 55 - v, r, order - uint256(s)));
        access = viewAccess(tree, OFFSET, OFFSET + 128, 128);
        checkReturned(advance(begin(1, tree, 128), access), abi.encode(vm.addr(7)));
    }

    /// @dev As for transactions: a recovery that L1 had no gas for is no result.
    function test_TooLittleGasRecoversNobodyElse() external view {
        bytes32 hash = keccak256("signed");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(7, hash);
        bytes memory tree = bytes.concat(new bytes(OFFSET), abi.encode(hash, v, r, s));
        Machine memory m = begin(1, tree, 128);
        bytes memory accesses = viewAccess(tree, OFFSET, OFFSET + 128, 128);
        bytes memory witness = bytes.concat(WitnessBuilder.head(m, StepKinds.opens(StepKinds.PRECOMPILE)), accesses);
        bytes32 preState = WitnessBuilder.hashOf(m);
        bytes32 expected = steps.verifyStep(preState, witness);
        uint256 failed;
        uint256 verified;
        for (uint256 gas = 20_000; gas < 150_000; gas += 101) {
            try steps.verifyStep{gas: gas}(preState, witness) returns (bytes32 postState) {
                assertEq(postState, expected);
                verified++;
            } catch {
                failed++;
            }
        }
        assertGt(failed, 100);
        assertGt(verified, 100);
    }

    function test_RecoversNobodyFromAnInvalidSignature() external view {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(7, keccak256("signed"));
        bytes[4] memory inputs = [
            abi.encode(keccak256("signed"), 29, r, s),
            // Only the lowest byte of v would be 27 or 28.
            abi.encode(keccak256("signed"), uint256(v) + 256, r, s),
            abi.encode(keccak256("signed"), v, uint256(0), s),
            abi.encode(keccak256("signed"), v, r, type(uint256).max)
        ];
        for (uint256 i = 0; i < 4; i++) {
            bytes memory tree = bytes.concat(new bytes(OFFSET), inputs[i]);
            checkReturned(advance(begin(1, tree, 128), viewAccess(tree, OFFSET, OFFSET + 128, 128)), "");
        }
    }

    function test_HaltsWithoutGas() external view {
        bytes memory tree = makeBytes(100, 1);
        uint256[5] memory costs = [uint256(0), 3000, 60 + 12 * 3, 600 + 120 * 3, 15 + 3 * 3];
        for (uint160 number = 1; number <= 4; number++) {
            Machine memory m = begin(number, tree, 80);
            m.frame.gas = costs[number] - 1;
            m = advance(m, "");
            assertEq(m.operation.kind, StepKinds.FRAME_EXIT);
            assertEq(m.operation.next, Operation.EXCEPTIONAL_HALT);
            assertEq(m.frame.gas, 0);
        }
    }

    function test_RevertWhen_TheWitnessIsNotOfThisStep() external {
        bytes memory tree = makeBytes(160, 1);
        checkCorrupted(begin(1, tree, 128), viewAccess(tree, OFFSET, OFFSET + 128, 128));
        checkCorrupted(advance(begin(2, tree, 100), ""), viewAccess(tree, OFFSET, OFFSET + 100, 64));
        checkCorrupted(advance(begin(3, tree, 100), ""), viewAccess(tree, OFFSET, OFFSET + 100, 64));
    }

    function checkReturned(Machine memory m, bytes memory output) private pure {
        assertEq(m.operation.kind, StepKinds.FRAME_EXIT);
        assertEq(m.operation.next, Operation.RETURNED);
        assertEq(m.operation.sourceLength, output.length);
        if (output.length == 0) return;
        assertEq(m.operation.sourceOffset, 0);
        assertEq(m.operation.sourceRoot, rootOf(output));
        assertEq(m.frame.memoryRoot, rootOf(output));
    }
}
