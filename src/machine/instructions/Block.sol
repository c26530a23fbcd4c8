// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Opcodes} from "../Opcodes.sol";
import {WorldState} from "../WorldState.sol";
import {Machine} from "../state/MachineState.sol";

/// @title Block
/// @notice What a program can read of its block and of the chain.
library Block {
    /// @dev How many blocks back BLOCKHASH reaches.
    uint256 private constant BLOCKHASH_RANGE = 256;

    /// @dev The chain has no blobs: their base fee stays at its minimum.
    uint256 private constant BLOB_BASE_FEE = 1;

    error OpcodeNotHere(uint256 opcode);

    /// @notice Runs the instruction `m.opcode` of this family after its prologue.
    function run(Machine memory m) internal pure {
        uint256 opcode = m.opcode;
        if (opcode == Opcodes.BLOCKHASH) return opBlockhash(m);
        if (opcode == Opcodes.COINBASE) return opCoinbase(m);
        if (opcode == Opcodes.TIMESTAMP) return opTimestamp(m);
        if (opcode == Opcodes.NUMBER) return opNumber(m);
        if (opcode == Opcodes.PREVRANDAO) return opPrevrandao(m);
        if (opcode == Opcodes.GASLIMIT) return opGaslimit(m);
        if (opcode == Opcodes.CHAINID) return opChainid(m);
        if (opcode == Opcodes.BASEFEE) return opBasefee(m);
        if (opcode == Opcodes.BLOBHASH) return opBlobhash(m);
        if (opcode == Opcodes.BLOBBASEFEE) return opBlobbasefee(m);
        revert OpcodeNotHere(opcode);
    }

    /// @notice Pushes the hash of one of the last 256 blocks, else 0.
    function opBlockhash(Machine memory m) internal pure {
        uint256 number = m.item(0);
        uint256 current = m.block.number;
        if (number >= current || current - number > BLOCKHASH_RANGE) return m.push(0);
        bytes32 slot = bytes32(number % WorldState.HISTORY_LENGTH);
        m.push(uint256(m.openSlot(WorldState.SYSTEM_ACCOUNT, slot).value));
    }

    function opCoinbase(Machine memory m) internal pure {
        m.push(uint160(m.batch.feeRecipient));
    }

    function opTimestamp(Machine memory m) internal pure {
        m.push(m.block.time);
    }

    function opNumber(Machine memory m) internal pure {
        m.push(m.block.number);
    }

    function opPrevrandao(Machine memory m) internal pure {
        m.push(uint256(m.block.prevRandao));
    }

    function opGaslimit(Machine memory m) internal pure {
        m.push(m.batch.blockGasLimit);
    }

    function opChainid(Machine memory m) internal pure {
        m.push(m.batch.chainId);
    }

    function opBasefee(Machine memory m) internal pure {
        m.push(m.block.baseFee);
    }

    function opBlobhash(Machine memory m) internal pure {
        m.push(0);
    }

    function opBlobbasefee(Machine memory m) internal pure {
        m.push(BLOB_BASE_FEE);
    }
}
