// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DeepProofs} from "../utils/DeepProofs.sol";
import {DeepTree} from "../utils/DeepTree.sol";
import {WitnessBuilder} from "../utils/WitnessBuilder.sol";
import {WorstCase} from "./WorstCase.sol";
import {Link} from "src/dispute/GameState.sol";
import {Opcodes} from "src/machine/Opcodes.sol";
import {OperandStack} from "src/machine/OperandStack.sol";
import {StepKinds} from "src/machine/StepKinds.sol";
import {WorldState} from "src/machine/WorldState.sol";
import {Machine} from "src/machine/state/MachineState.sol";

/// @notice The instructions, family by family, in the largest code and memory and the deepest state.
contract WorstInstructionsTest is WorstCase {
    using DeepTree for DeepTree.Tree;
    using WitnessBuilder for Machine;

    uint256 private constant WORD = 91_840;
    /// @dev The instruction is the last byte of this word of code.
    uint256 private constant CODE_WORD = 1000;
    uint256 private constant FULL = type(uint256).max;
    bytes32 private constant SLOT = keccak256("slot");

    // ---------------------------------------------------------------------------------------- without any access

    function test_M0_WhatNeedsNoAccess() external {
        _recordDearest("Arithmetic", Opcodes.ARITHMETIC, 0);
        _recordDearest("Comparison", Opcodes.COMPARISON, 0);
        _recordDearest("Bitwise", Opcodes.BITWISE, 0);
        // All of memory, so that the charge for it is made.
        _recordDearest("Keccak", Opcodes.KECCAK, 32 * MEMORY_WORDS);
        _recordDearest("Log", Opcodes.LOG, 1_000_000);
    }

    /// @dev Records the instruction of `family` that costs most; its operands have every bit set, the first two are `range` if
    /// that is not 0.
    function _recordDearest(string memory name, uint256 family, uint256 range) private {
        uint256 most;
        uint256 dearest;
        for (uint256 opcode = 0; opcode < 256; opcode++) {
            if (_familyOf(opcode) != family) continue;
            (bytes32 preState, bytes memory witness) = this.without(opcode, range);
            (uint256 gas,) = prove(Link.Execution, preState, witness);
            if (gas > most) (most, dearest) = (gas, opcode);
        }
        (bytes32 state, bytes memory worst) = this.without(dearest, range);
        string memory reason = string.concat("0x", _hex(dearest), ", the dearest of its family");
        recordWitness(string.concat("INSTRUCTION, ", name), reason, Link.Execution, state, worst);
    }

    /// @dev External, so that each begins with fresh memory.
    function without(uint256 opcode, uint256 range) external view returns (bytes32, bytes memory) {
        Machine memory m = worstMachine(StepKinds.INSTRUCTION);
        (uint256 input,,,,) = Opcodes.info(opcode);
        uint256[] memory items = new uint256[](input);
        for (uint256 i = 0; i < input; i++) {
            items[i] = FULL;
        }
        // The first operands are on top.
        if (range != 0) (items[input - 1], items[input - 2]) = (0, range);
        return _witness(m, opcode, items, "");
    }

    // --------------------------------------------------------------------------------------------------- one frame

    function test_M0_StackAndJumps() external {
        Machine memory m = worstMachine(StepKinds.INSTRUCTION);
        DeepTree.Tree memory code = _code(Opcodes.PUSH32);
        bytes memory immediate = code.access(CODE_WORD + 1, CODE_WORD + 1);
        _record("Stack", "PUSH32, its data in the next word", m, Opcodes.PUSH32, _items(0), immediate);
        _record("Stack", "SWAP16", m, Opcodes.SWAP16, _items(17), "");
        _record("Stack", "DUP16", m, Opcodes.DUP16, _items(16), "");

        uint256 destination = INITCODE - 1;
        DeepTree.Tree memory jumps = DeepTree.create(destination / 256, JUMP_LEVELS);
        jumps.set(destination / 256, bytes32(FULL));
        m.frame.jumpRoot = jumps.root();
        uint256[] memory items = _items(2);
        items[1] = destination;
        bytes memory access = jumps.access(destination / 256, destination / 256);
        _record("ControlFlow", "JUMPI to the last byte of initcode", m, Opcodes.JUMPI, items, access);
    }

    function test_M0_Memory() external {
        Machine memory m = worstMachine(StepKinds.INSTRUCTION);
        DeepTree.Tree memory tree = DeepTree.create(WORD, MEMORY_LEVELS);
        m.frame.memoryRoot = m.frame.calldataRoot = tree.root();
        m.frame.calldataOffset = 0;
        m.frame.calldataLength = 32 * MEMORY_WORDS;
        uint256[] memory items = _items(1);
        items[0] = 32 * WORD + 31;
        bytes memory both = tree.access(WORD, WORD + 1);
        _record("Memory", "MLOAD of two words of the largest memory", m, Opcodes.MLOAD, items, both);
        _record("Environment", "CALLDATALOAD of two words of the largest memory", m, Opcodes.CALLDATALOAD, items, both);

        items = _items(2);
        items[1] = 32 * WORD + 31;
        both = tree.access(WORD, WORD);
        tree.set(WORD, bytes32(uint256(tree.words[0]) | 0xff));
        both = bytes.concat(both, tree.access(WORD + 1, WORD + 1));
        _record("Memory", "MSTORE to two words of the largest memory", m, Opcodes.MSTORE, items, both);
    }

    // ------------------------------------------------------------------------------------------------------ the state

    function test_M0_OtherAccounts() external {
        this.recordCopy("zeros", new bytes(CODE));
        this.recordCopy("no zero", nonZeroBytes(CODE));
        Machine memory m = worstMachine(StepKinds.INSTRUCTION);
        bytes memory cold = warmth(m, OTHER);
        bytes memory code = nonZeroBytes(CODE);
        bytes memory access = bytes.concat(cold, account(m, OTHER, keccak256(code)), bytes2(uint16(CODE)), code);
        uint256[] memory items = _items(1);
        items[0] = uint160(OTHER);
        _record("Environment", "EXTCODESIZE of 24,576 bytes", m, Opcodes.EXTCODESIZE, items, access);
        access = bytes.concat(cold, account(m, OTHER));
        _record("Environment", "BALANCE of a cold account", m, Opcodes.BALANCE, items, access);
    }

    /// @dev External, so that each begins with fresh memory.
    function recordCopy(string calldata name, bytes memory code) external {
        Machine memory m = worstMachine(StepKinds.INSTRUCTION);
        bytes memory cold = warmth(m, OTHER);
        bytes memory access = account(m, OTHER, keccak256(code));
        access = bytes.concat(cold, access, bytes2(uint16(code.length)), code);
        uint256[] memory items = new uint256[](4);
        (items[3], items[2], items[1], items[0]) = (uint160(OTHER), 31, 31, CODE);
        string memory reason = string.concat("EXTCODECOPY of 24,576 bytes of a cold account: ", name);
        _record("Environment", reason, m, Opcodes.EXTCODECOPY, items, access);
    }

    function test_M0_OldBlocks() external {
        Machine memory m = worstMachine(StepKinds.INSTRUCTION);
        uint256[] memory items = _items(1);
        items[0] = m.block.number - 1;
        bytes32 index = bytes32(items[0] % WorldState.HISTORY_LENGTH);
        (bytes memory access,) = slot(m, WorldState.SYSTEM_ACCOUNT, index);
        _record("Block", "BLOCKHASH, its slot in the diff and in the base state", m, Opcodes.BLOCKHASH, items, access);
    }

    function test_M0_Storage() external {
        Machine memory m = worstMachine(StepKinds.INSTRUCTION);
        uint256[] memory items = _items(2);
        items[1] = uint256(SLOT);
        (bytes memory access, bytes memory diffProof) = slot(m, PAYER, SLOT);
        _recordSstore("a cold slot that the transaction and one before it have changed", m, items, access, diffProof);
        // To the value that the slot has in the base state: its entry vanishes.
        items[0] = uint256(keccak256("before"));
        _recordSstore("a cold slot that becomes what it was before the batch", m, items, access, diffProof);

        items[0] = FULL;
        (bytes32 inner, bytes memory proof) = DeepProofs.parting(keccak256(abi.encode(SLOT)));
        (access, diffProof) = slotWith(m, PAYER, SLOT, inner, proof);
        _recordSstore("a cold slot that the batch has not changed", m, items, access, diffProof);

        items = _items(1);
        items[0] = uint256(SLOT);
        (m.journal.warmSlots, proof) = DeepProofs.parting(WorldState.slotKey(PAYER, SLOT));
        _record("Storage", "SLOAD of a cold slot", m, Opcodes.SLOAD, items, bytes.concat(proof, access));
        items = _items(2);
        items[1] = uint256(SLOT);
        (m.journal.transient, proof) = DeepProofs.parting(WorldState.slotKey(PAYER, SLOT));
        _record("Storage", "TSTORE of a new slot", m, Opcodes.TSTORE, items, proof);
    }

    function _recordSstore(
        string memory reason,
        Machine memory m,
        uint256[] memory items,
        bytes memory access,
        bytes memory diffProof
    ) private {
        bytes memory cold;
        (m.journal.warmSlots, cold) = DeepProofs.parting(WorldState.slotKey(PAYER, SLOT));
        m.transaction.startDiffRoot = m.journal.diffRoot;
        access = bytes.concat(cold, access, diffProof);
        _record("Storage", string.concat("SSTORE of ", reason), m, Opcodes.SSTORE, items, access);
    }

    function test_M0_System() external {
        Machine memory m = worstMachine(StepKinds.INSTRUCTION);
        uint256[] memory items = _items(1);
        items[0] = uint160(OTHER);
        bytes memory access = account(m, PAYER);
        _record("System", "SELFDESTRUCT", m, Opcodes.SELFDESTRUCT, items, access);

        items = new uint256[](7);
        (items[6], items[5], items[4], items[3]) = (FULL, uint160(OTHER), 1e30, 1);
        (items[2], items[1], items[0]) = (2_222_222, 1, 2_222_222);
        _record("System", "CALL with ranges in the largest memory", m, Opcodes.CALL, items, "");
        items = new uint256[](4);
        (items[3], items[2], items[1], items[0]) = (1e30, 1, INITCODE, FULL);
        _record("System", "CREATE2 of 49,152 bytes", m, Opcodes.CREATE2, items, "");
        items = new uint256[](2);
        (items[1], items[0]) = (1, 2_222_222);
        _record("System", "RETURN from the largest memory", m, Opcodes.RETURN, items, "");
    }

    // --------------------------------------------------------------------------------------------------------- helpers

    function _record(
        string memory name,
        string memory reason,
        Machine memory m,
        uint256 opcode,
        uint256[] memory items,
        bytes memory accesses
    ) private {
        (bytes32 preState, bytes memory witness) = _witness(m, opcode, items, accesses);
        recordWitness(string.concat("INSTRUCTION, ", name), reason, Link.Execution, preState, witness);
    }

    /// @dev The step of `opcode` with `items` on the stack, the last one on top.
    function _witness(Machine memory m, uint256 opcode, uint256[] memory items, bytes memory accesses)
        private
        pure
        returns (bytes32 preState, bytes memory witness)
    {
        (,,,, uint256 opens) = Opcodes.info(opcode);
        DeepTree.Tree memory code = _code(opcode);
        m.frame.codeRoot = code.root();
        m.frame.pc = 32 * CODE_WORD + 31;
        bytes32 rest = keccak256("rest");
        bytes memory operands = items.length == 0 ? bytes("") : bytes.concat(rest);
        for (uint256 i = items.length; i > 0; i--) {
            operands = bytes.concat(operands, bytes32(items[i - 1]));
        }
        for (uint256 i = 0; i < items.length; i++) {
            rest = OperandStack.link(rest, bytes32(items[i]));
        }
        m.frame.stack = rest;
        bytes memory fetched = code.access(CODE_WORD, CODE_WORD);
        return (m.hashOf(), bytes.concat(m.head(opens), fetched, operands, accesses));
    }

    function _code(uint256 opcode) private pure returns (DeepTree.Tree memory code) {
        code = DeepTree.create(CODE_WORD, CODE_LEVELS);
        uint256 before = uint256(code.words[CODE_WORD - code.first]) & ~uint256(0xff);
        code.set(CODE_WORD, bytes32(before | opcode));
    }

    function _items(uint256 count) private pure returns (uint256[] memory items) {
        items = new uint256[](count);
        for (uint256 i = 0; i < count; i++) {
            items[i] = FULL;
        }
    }

    function _familyOf(uint256 opcode) private pure returns (uint256 family) {
        (,,, family,) = Opcodes.info(opcode);
    }

    function _hex(uint256 opcode) private pure returns (string memory) {
        bytes16 digits = "0123456789abcdef";
        return string(abi.encodePacked(digits[opcode >> 4], digits[opcode & 15]));
    }
}
