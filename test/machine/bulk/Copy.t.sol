// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StepKinds} from "../../../src/machine/StepKinds.sol";
import {Machine} from "../../../src/machine/state/MachineState.sol";
import {WitnessBuilder} from "../utils/WitnessBuilder.sol";
import {BulkTest} from "./BulkTest.sol";

contract CopyTest is BulkTest {
    function testFuzz_CopiesFromAView(uint256 seed) external {
        bytes memory tree = makeBytes(pick(seed, 1, 1, 200), seed);
        uint256 offset = pick(seed, 2, 0, tree.length - 1);
        uint256 length = pick(seed, 3, 1, tree.length - offset);
        uint256 start = pick(seed, 4, 0, length);
        uint256 destination = pick(seed, 5, 0, 100);
        uint256 count = pick(seed, 6, 1, 150);
        bytes memory data = makeBytes(256, ~seed);

        Machine memory m = machine();
        m.frame.memoryRoot = rootOf(data);
        m.operation.kind = StepKinds.COPY;
        (m.operation.sourceRoot, m.operation.sourceOffset, m.operation.sourceLength) = (rootOf(tree), offset, length);
        m.operation.position = start;
        m.operation.destination = destination;
        m.operation.remaining = count;

        uint256 number;
        for (uint256 done = 0; done < count; number++) {
            uint256 take = 32 - (destination + done) % 32;
            if (take > count - done) take = count - done;
            bytes memory source = viewAccess(tree, offset + start + done, offset + length, take);
            m = advance(m, bytes.concat(source, WitnessBuilder.word(data, (destination + done) / 32)));
            for (uint256 end = done + take; done < end; done++) {
                data[destination + done] = start + done < length ? tree[offset + start + done] : bytes1(0);
            }
        }
        assertEq(m.frame.memoryRoot, rootOf(data));
        assertEq(m.operation.kind, StepKinds.INSTRUCTION);
        assertEq(number, (destination % 32 + count + 31) / 32);
    }

    function testFuzz_MovesInsideMemory(uint256 seed) external {
        bytes memory data = makeBytes(256, seed);
        uint256 source = pick(seed, 7, 0, 150);
        uint256 destination = pick(seed, 8, 0, 150);
        uint256 count = pick(seed, 9, 1, 106);
        bytes memory expected = bytes.concat(data);
        for (uint256 i = 0; i < count; i++) {
            expected[destination + i] = data[source + i];
        }

        Machine memory m = machine();
        m.frame.memoryRoot = rootOf(data);
        m.frame.memoryWords = 8;
        m.operation.kind = StepKinds.MEMORY_COPY;
        m.operation.position = source;
        m.operation.destination = destination;
        m.operation.remaining = count;
        uint256 number = _move(m, data, source, destination, count);
        assertEq(rootOf(data), rootOf(expected));
        assertEq(number, (destination % 32 + count + 31) / 32);
    }

    /// @dev Makes all steps, with `data` as the memory, and checks the last state.
    function _move(Machine memory m, bytes memory data, uint256 source, uint256 destination, uint256 count)
        private
        view
        returns (uint256 number)
    {
        for (uint256 left = count; left > 0; number++) {
            bool forward = destination <= source;
            uint256 take = forward ? 32 - (destination + count - left) % 32 : (destination + left - 1) % 32 + 1;
            if (take > left) take = left;
            uint256 done = forward ? count - left : left - take;
            bytes memory reads = viewAccess(data, source + done, 256, take);
            m = advance(m, bytes.concat(reads, WitnessBuilder.word(data, (destination + done) / 32)));
            bytes memory part = new bytes(take);
            for (uint256 i = 0; i < take; i++) {
                part[i] = data[source + done + i];
            }
            for (uint256 i = 0; i < take; i++) {
                data[destination + done + i] = part[i];
            }
            left -= take;
        }
        assertEq(m.frame.memoryRoot, rootOf(data));
        assertEq(m.operation.kind, StepKinds.INSTRUCTION);
    }

    function test_RevertWhen_TheWitnessIsNotOfThisStep() external {
        bytes memory data = makeBytes(96, 1);
        Machine memory m = machine();
        m.frame.memoryRoot = rootOf(data);
        m.operation.kind = StepKinds.COPY;
        (m.operation.sourceRoot, m.operation.sourceLength) = (rootOf(data), 96);
        (m.operation.destination, m.operation.remaining) = (40, 20);
        checkCorrupted(m, bytes.concat(WitnessBuilder.word(data, 0), WitnessBuilder.word(data, 1)));
    }
}
