// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StepKinds} from "../../../src/machine/StepKinds.sol";
import {Block} from "../../../src/machine/boundary/Block.sol";
import {Machine} from "../../../src/machine/state/MachineState.sol";
import {BoundaryTest} from "./BoundaryTest.sol";

contract BlockTest is BoundaryTest {
    uint256 private constant NOW = 1_800_000_000;

    function begin(uint64 time, uint32 length, uint256 parentTime) private view returns (Machine memory) {
        // The header straddles two chunks, and 100 bytes follow it.
        bytes memory payload = bytes.concat(new bytes(1020), bytes8(time), bytes4(length), new bytes(100));
        Machine memory m = reading(StepKinds.BLOCK_BEGIN, payload, 1020, 1020);
        m.batch.l1Time = NOW;
        m.block.number = 41;
        m.block.time = parentTime;
        m.block.parentHash = keccak256("parent");
        m.block.gasUsed = 5;
        m.block.transactionsHash = keccak256("of the parent");
        return advance(m, chunkAccess(payload, 1020, 12));
    }

    function test_B1_ABlockIsReadFromItsHeader() external view {
        Machine memory m = begin(uint64(NOW) - 10, 60, NOW - 100);
        assertEq(m.operation.kind, StepKinds.TX_BEGIN);
        assertEq(m.batch.cursor, 1032);
        assertEq(m.block.end, 1092);
        assertEq(m.block.number, 42);
        assertEq(m.block.gasUsed, 0);
        assertEq(m.block.transactionsHash, 0);
        assertEq(m.block.prevRandao, keccak256(abi.encode(bytes32("PrevRandao"), keccak256("parent"))));
    }

    function test_B1_ABodyEndsWhereThePayloadEnds() external view {
        assertEq(begin(0, 100, 0).block.end, 1132);
        assertEq(begin(0, 101, 0).block.end, 1132);
        assertEq(begin(0, type(uint32).max, 0).block.end, 1132);
    }

    function test_B1_ARestShorterThanAHeaderEndsTheBatch() external view {
        for (uint256 left = 0; left < 12; left++) {
            bytes memory payload = new bytes(50);
            Machine memory m = reading(StepKinds.BLOCK_BEGIN, payload, 50 - left, 0);
            m.block.number = 7;
            m = advance(m, "");
            assertEq(m.operation.kind, StepKinds.BATCH_END);
            assertEq(m.block.number, 7);
        }
    }

    function test_B4_TimeIsMovedBetweenParentDriftAndPosting() external view {
        assertEq(begin(uint64(NOW) - 10, 0, NOW - 100).block.time, NOW - 10);
        // Not after the posting, nor more than an hour before it.
        assertEq(begin(uint64(NOW) + 1, 0, NOW - 100).block.time, NOW);
        assertEq(begin(type(uint64).max, 0, NOW - 100).block.time, NOW);
        assertEq(begin(uint64(NOW) - 3601, 0, NOW - 5000).block.time, NOW - 3600);
        assertEq(begin(0, 0, 0).block.time, NOW - 3600);
        // Not before the parent, even if that lies after the posting.
        assertEq(begin(uint64(NOW) - 200, 0, NOW - 100).block.time, NOW - 100);
        assertEq(begin(uint64(NOW) - 100, 0, NOW - 100).block.time, NOW - 100);
        assertEq(begin(uint64(NOW), 0, NOW + 5).block.time, NOW + 5);
    }

    function test_B7_BaseFeeFollowsTheGasUsed() external pure {
        uint256 limit = 30_000_000;
        assertEq(Block.nextBaseFee(1 gwei, limit / 2, limit), 1 gwei);
        assertEq(Block.nextBaseFee(1 gwei, limit, limit), 1.125 gwei);
        assertEq(Block.nextBaseFee(1 gwei, 0, limit), 0.875 gwei);
        assertEq(Block.nextBaseFee(1 gwei, limit / 4, limit), 0.9375 gwei);
        // It rises by at least 1, also from 0, which it may reach; it falls by what the division leaves.
        assertEq(Block.nextBaseFee(7, limit / 2 + 1, limit), 8);
        assertEq(Block.nextBaseFee(0, limit, limit), 1);
        assertEq(Block.nextBaseFee(7, 0, limit), 7);
        assertEq(Block.nextBaseFee(8, 0, limit), 7);
        assertEq(Block.nextBaseFee(type(uint128).max, limit, limit), type(uint128).max);
        assertEq(Block.nextBaseFee(1 gwei, 0, 1), 1 gwei);
    }

    /// @dev EIP-1559 as its text has it.
    function testFuzz_B7_BaseFeeIsThatOfEthereum(uint128 baseFee, uint256 gasUsed, uint64 limit) external pure {
        limit = uint64(bound(limit, 2, type(uint64).max));
        gasUsed = bound(gasUsed, 0, limit);
        uint256 target = limit / 2;
        uint256 expected = baseFee;
        if (gasUsed > target) {
            uint256 delta = uint256(baseFee) * (gasUsed - target) / target / 8;
            expected = baseFee + (delta > 1 ? delta : 1);
        } else if (gasUsed < target) {
            expected = baseFee - uint256(baseFee) * (target - gasUsed) / target / 8;
        }
        if (expected > type(uint128).max) expected = type(uint128).max;
        assertEq(Block.nextBaseFee(baseFee, gasUsed, limit), expected);
    }
}
