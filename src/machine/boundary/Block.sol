// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StepKinds} from "../StepKinds.sol";
import {Slot, WorldState} from "../WorldState.sol";
import {Machine} from "../state/MachineState.sol";
import {Batch} from "./Batch.sol";

/// @title Block
/// @notice The start and the end of a block.
library Block {
    bytes32 internal constant HASH_TAG = "BlockHash";
    bytes32 internal constant RANDAO_TAG = "PrevRandao";

    uint256 private constant HEADER_SIZE = 12;
    /// @dev Seconds that a block may lie before the posting of its batch (B-4).
    uint256 private constant MAX_TIME_DRIFT = 3600;

    /// @dev EIP-1559.
    uint256 private constant ELASTICITY = 2;
    uint256 private constant BASE_FEE_DENOMINATOR = 8;

    /// @notice BLOCK_BEGIN: reads the header of the next block, or ends the batch (B-1).
    function stepBlockBegin(Machine memory m) internal pure {
        uint256 cursor = m.batch.cursor;
        if (m.batch.payloadLength - cursor < HEADER_SIZE) return m.setOperation(StepKinds.BATCH_END);

        uint256 header = uint256(Batch.payloadBytes(m, cursor, HEADER_SIZE));
        uint256 bodyLength = uint32(header >> 160);
        cursor += HEADER_SIZE;
        m.batch.cursor = cursor;
        m.block.number++;
        m.block.time = _clampTime(header >> 192, m.block.time, m.batch.l1Time);
        m.block.prevRandao = hashPrevRandao(m.block.parentHash);
        m.block.gasUsed = 0;
        m.block.transactionsHash = 0;
        m.block.end = _min(cursor + bodyLength, m.batch.payloadLength);
        m.setOperation(StepKinds.TX_BEGIN);
    }

    /// @notice BLOCK_END: hashes the block, keeps its hash in the system account and sets the next base fee.
    function stepBlockEnd(Machine memory m) internal pure {
        uint256 number = m.block.number;
        bytes32 hash = hashBlock(m.block.parentHash, number, m.block.time, m.block.transactionsHash);
        Slot memory slot = m.openSlot(WorldState.SYSTEM_ACCOUNT, Batch.blockHashSlot(number));
        m.writeSlot(slot, hash);
        m.block.parentHash = hash;
        m.block.baseFee = nextBaseFee(m.block.baseFee, m.block.gasUsed, m.batch.blockGasLimit);
        m.setOperation(StepKinds.BLOCK_BEGIN);
    }

    /// @notice The hash of a block (B-6). It commits to no state root, so that computing it needs none.
    function hashBlock(bytes32 parentHash, uint256 number, uint256 time, bytes32 transactionsHash)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(HASH_TAG, parentHash, number, time, transactionsHash));
    }

    /// @notice PREVRANDAO of the block after the one with `parentHash` (B-5). It promises no randomness.
    function hashPrevRandao(bytes32 parentHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(RANDAO_TAG, parentHash));
    }

    /// @notice The base fee of the block after one with `baseFee` that used `gasUsed` (B-7).
    function nextBaseFee(uint256 baseFee, uint256 gasUsed, uint256 gasLimit) internal pure returns (uint256) {
        uint256 target = gasLimit / ELASTICITY;
        // No gas can be used of a limit below the elasticity, so a target of 0 is always met.
        if (gasUsed == target) return baseFee;
        if (gasUsed < target) return baseFee - baseFee * (target - gasUsed) / target / BASE_FEE_DENOMINATOR;
        uint256 increase = baseFee * (gasUsed - target) / target / BASE_FEE_DENOMINATOR;
        return _min(baseFee + (increase == 0 ? 1 : increase), type(uint128).max);
    }

    /// @dev max(parentTime, l1Time − MAX_TIME_DRIFT, min(time, l1Time)) (B-4).
    function _clampTime(uint256 time, uint256 parentTime, uint256 l1Time) private pure returns (uint256) {
        uint256 earliest = l1Time < MAX_TIME_DRIFT ? 0 : l1Time - MAX_TIME_DRIFT;
        if (earliest < parentTime) earliest = parentTime;
        time = _min(time, l1Time);
        return time < earliest ? earliest : time;
    }

    function _min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
