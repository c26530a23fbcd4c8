// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Rlp} from "../../../src/commitment/Rlp.sol";
import {StepKinds} from "../../../src/machine/StepKinds.sol";
import {Machine} from "../../../src/machine/state/MachineState.sol";
import {WitnessBuilder} from "../utils/WitnessBuilder.sol";
import {BoundaryTest} from "./BoundaryTest.sol";

contract TransactionTest is BoundaryTest {
    /// @dev The step on a prefix of `length` at byte 1022 with `left` bytes of the body from there on.
    function begin(uint32 length, uint256 left) private view returns (Machine memory m) {
        bytes memory payload = bytes.concat(new bytes(1022), bytes4(length), new bytes(70_000));
        m = reading(StepKinds.TX_BEGIN, payload, 1022, 1022 + left);
        return advance(m, left < 4 ? bytes("") : chunkAccess(payload, 1022, 4));
    }

    function test_B2_WhatCannotBeATransactionEndsTheBlock() external view {
        for (uint256 left = 0; left < 4; left++) {
            checkEnds(begin(0, left), 1022 + left);
        }
        checkEnds(begin(1, 4), 1026);
        checkEnds(begin(101, 104), 1126);
        checkEnds(begin(type(uint32).max, 104), 1126);
    }

    function checkEnds(Machine memory m, uint256 cursor) private pure {
        assertEq(m.operation.kind, StepKinds.BLOCK_END);
        assertEq(m.batch.cursor, cursor);
        assertEq(m.transaction.length, 0);
    }

    function test_B3_AnEmptyOrTooLongTransactionIsSkippedOnItsPrefix() external view {
        Machine memory m = begin(0, 4);
        assertEq(m.operation.kind, StepKinds.TX_BEGIN);
        assertEq(m.batch.cursor, 1026);
        m = begin(65_537, 70_004);
        assertEq(m.operation.kind, StepKinds.TX_BEGIN);
        assertEq(m.batch.cursor, 1026 + 65_537);
        assertEq(m.transaction.length, 0);

        m = begin(65_536, 70_004);
        assertEq(m.operation.kind, StepKinds.TX_LOAD);
        assertEq(m.batch.cursor, 1026 + 65_536);
        assertEq(m.transaction.length, 65_536);
    }

    function testFuzz_LoadsTheBytesOfThePayload(uint256 seed) external view {
        uint256 start = pick(seed, 1, 0, 1100);
        uint256 length = pick(seed, 2, 1, 300);
        bytes memory payload = makeBytes(start + length + pick(seed, 3, 0, 50), seed);
        bytes memory raw = slice(payload, start, length);

        Machine memory m = reading(StepKinds.TX_LOAD, payload, start + length, payload.length);
        m.transaction.length = length;
        m.transaction.root = rootOf("");
        for (uint256 position = 0; position < length; position += 32) {
            assertEq(m.operation.kind, StepKinds.TX_LOAD);
            uint256 count = length - position < 32 ? length - position : 32;
            bytes memory chunks = chunkAccess(payload, start + position, count);
            m = advance(m, bytes.concat(chunks, WitnessBuilder.word(slice(raw, 0, position), position / 32)));
        }
        assertEq(m.operation.kind, StepKinds.TX_DECODE);
        assertEq(m.transaction.root, rootOf(raw));
    }

    /// @dev B-10: what fits exactly is taken, a unit of gas more is skipped, by the block's rest and by the batch's.
    function test_B10_WhatDoesNotFitTheBlockOrTheBatchIsSkipped() external view {
        assertEq(decoded(21_000, 21_000).operation.kind, StepKinds.TX_SENDER);
        assertEq(decoded(20_999, 21_000).operation.kind, StepKinds.TX_BEGIN);
        assertEq(decoded(21_000, 20_999).operation.kind, StepKinds.TX_BEGIN);
    }

    /// @dev The state after a transaction of 21,000 gas is decoded with so much gas left.
    function decoded(uint256 blockGasLeft, uint256 batchGasLeft) private view returns (Machine memory m) {
        bytes memory fields = abi.encodePacked(hex"8080", Rlp.encodeInteger(21_000), hex"94", address(1), hex"8080");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(7, keccak256(Rlp.encodeList(fields)));
        bytes memory signature =
            bytes.concat(Rlp.encodeInteger(v), Rlp.encodeInteger(uint256(r)), Rlp.encodeInteger(uint256(s)));
        bytes memory raw = Rlp.encodeList(bytes.concat(fields, signature));
        m = reading(StepKinds.TX_DECODE, raw, raw.length, raw.length);
        m.transaction.length = raw.length;
        m.transaction.root = rootOf(raw);
        m.block.gasUsed = m.batch.blockGasLimit - blockGasLeft;
        m.batch.batchGasLimit = 40_000_000;
        m.batch.gasUsed = m.batch.batchGasLimit - batchGasLeft;
        return advance(m, raw);
    }

    function test_RevertWhen_OtherBytesAreDecoded() external {
        bytes memory raw = makeBytes(100, 1);
        Machine memory m = reading(StepKinds.TX_DECODE, raw, 100, 100);
        m.transaction.length = 100;
        m.transaction.root = rootOf(raw);
        // Random bytes are no transaction, which is a step like any other.
        assertEq(advance(m, raw).operation.kind, StepKinds.TX_BEGIN);
        checkCorrupted(m, raw);
    }

    function test_RevertWhen_OtherBytesAreLoaded() external {
        bytes memory payload = makeBytes(1100, 1);
        Machine memory m = reading(StepKinds.TX_LOAD, payload, 1050, 1100);
        m.transaction.length = 40;
        m.transaction.root = rootOf("");
        checkCorrupted(m, bytes.concat(chunkAccess(payload, 1010, 32), WitnessBuilder.word("", 0)));
    }

    function test_TheEndOfATransactionIsCounted() external view {
        Machine memory m = reading(StepKinds.TX_END, "", 0, 0);
        m.batch.gasUsed = 1000;
        m.block.gasUsed = 100;
        m.block.transactionsHash = keccak256("so far");
        m.transaction.hash = keccak256("raw");
        m.transaction.origin = address(1);
        m.journal.warmSlots = keccak256("slots");
        m.journal.refund = 5;
        m.operation.position = 21_000;
        bytes32 diffRoot = m.journal.diffRoot;
        m = advance(m, "");
        assertEq(m.operation.kind, StepKinds.TX_BEGIN);
        assertEq(m.operation.position, 0);
        assertEq(m.batch.gasUsed, 22_000);
        assertEq(m.block.gasUsed, 21_100);
        bytes32 chain = keccak256(abi.encode(bytes32("TransactionChain"), keccak256("so far"), keccak256("raw")));
        assertEq(m.block.transactionsHash, chain);
        assertEq(m.transaction.origin, address(0));
        assertEq(m.journal.refund, 0);
        assertEq(m.journal.warmSlots, machine().journal.warmSlots);
        assertEq(m.journal.diffRoot, diffRoot);
    }
}
