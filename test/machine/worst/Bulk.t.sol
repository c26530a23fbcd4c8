// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DeepTree} from "../utils/DeepTree.sol";
import {WorstCase} from "./WorstCase.sol";
import {StepKinds} from "src/machine/StepKinds.sol";
import {CallFrame} from "src/machine/state/CallFrame.sol";
import {Machine} from "src/machine/state/MachineState.sol";
import {Operation} from "src/machine/state/Operation.sol";

/// @notice The steps of copies, hashes and the ends of frames, in the largest memory and on the worst borders of words.
contract WorstBulkTest is WorstCase {
    using DeepTree for DeepTree.Tree;

    /// @dev A word in the second half of the largest memory.
    uint256 private constant WORD = 91_840;

    function test_M0_Copies() external {
        DeepTree.Tree memory tree = DeepTree.create(WORD, MEMORY_LEVELS);
        DeepTree.Tree memory memory_ = DeepTree.create(WORD - 16, MEMORY_LEVELS);
        memory_.set(WORD - 10, keccak256("written"));
        Machine memory m = _withSource(StepKinds.COPY, tree);
        m.frame.memoryRoot = memory_.root();
        (m.operation.destination, m.operation.remaining) = ((WORD - 10) * 32, 1000);
        bytes memory access = tree.viewBytes(32 * WORD + 31, 0, 32);
        access = bytes.concat(access, memory_.access(WORD - 10, WORD - 10));
        record("COPY", "a source word of two, into the largest memory", m, access);

        // Overlapping, so that what is read and what is written is in the same tree.
        m = worstMachine(StepKinds.MEMORY_COPY);
        m.frame.memoryRoot = tree.root();
        (m.operation.position, m.operation.destination) = (32 * WORD + 31, 32 * WORD);
        m.operation.remaining = 300;
        access = bytes.concat(tree.access(WORD, WORD + 1), tree.access(WORD, WORD));
        record("MEMORY_COPY", "forward, a source word of two, in the largest memory", m, access);

        (m.operation.position, m.operation.destination) = (32 * WORD + 31, 32 * WORD + 64);
        m.operation.remaining = 64;
        access = bytes.concat(tree.access(WORD + 1, WORD + 2), tree.access(WORD + 3, WORD + 3));
        record("MEMORY_COPY", "backward, a source word of two, in the largest memory", m, access);
    }

    function test_M0_Initcode() external {
        _recordInstall("JUMPDESTs", 0x5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b);
        _recordInstall("PUSH1s", 0x6060606060606060606060606060606060606060606060606060606060606060);
        _recordInstall("ADDs", 0x0101010101010101010101010101010101010101010101010101010101010101);
    }

    function _recordInstall(string memory name, bytes32 word) private {
        DeepTree.Tree memory tree = DeepTree.create(WORD, MEMORY_LEVELS);
        tree.set(WORD, bytes32(uint256(word) & 0xff));
        tree.set(WORD + 1, word);
        Machine memory m = worstMachine(StepKinds.CODE_INSTALL);
        // A word whose index has the most levels of code before it.
        uint256 index = 1023;
        (m.operation.sourceRoot, m.operation.sourceOffset) = (tree.root(), 32 * (WORD - index) + 31);
        m.operation.sourceLength = INITCODE;
        m.operation.position = 32 * index;
        DeepTree.Tree memory code = DeepTree.create(index, CODE_LEVELS);
        DeepTree.Tree memory jumps = DeepTree.create(index / 8, JUMP_LEVELS);
        jumps.set(index / 8, bytes32(type(uint256).max << 32));
        code.set(index, 0);
        (m.frame.codeRoot, m.frame.jumpRoot) = (code.root(), jumps.root());
        bytes memory access = tree.viewBytes(m.operation.sourceOffset, m.operation.position, 32);
        access = bytes.concat(access, code.access(index, index), jumps.access(index / 8, index / 8));
        string memory reason = "initcode of 49,152 bytes from the largest memory, a source word of two: ";
        record("CODE_INSTALL", string.concat(reason, name), m, access);
    }

    function test_M0_Hashes() external {
        DeepTree.Tree memory tree = DeepTree.create(WORD, MEMORY_LEVELS);
        Machine memory m = _withSource(StepKinds.KECCAK, tree);
        (m.operation.scratch0, m.operation.scratch6) = (keccak256("lanes"), bytes32(bytes8(0x1111111111111111)));
        uint256 start = 32 * WORD + 31;
        record("KECCAK", "a full block in six words", m, tree.viewBytes(start, 0, 136));
        m.operation.sourceLength = m.operation.position + 135;
        record("KECCAK", "the last block in six words, padded", m, tree.viewBytes(start, 0, 135));

        _recordHash("SHA256", StepKinds.SHA256, tree);
        _recordHash("RIPEMD160", StepKinds.RIPEMD160, tree);
    }

    function _recordHash(string memory row, uint256 kind, DeepTree.Tree memory tree) private {
        Machine memory m = _withSource(kind, tree);
        m.operation.scratch0 = keccak256("state");
        if (kind == StepKinds.RIPEMD160) m.operation.scratch0 >>= 96;
        uint256 start = 32 * WORD + 31;
        record(row, "a full block in three words", m, tree.viewBytes(start, 0, 64));
        m.operation.sourceLength = m.operation.position + 55;
        record(row, "the last block in three words, padded", m, tree.viewBytes(start, 0, 55));
    }

    function test_M0_TheEndsOfAFrame() external {
        Machine memory m = worstMachine(StepKinds.FRAME_EXIT);
        m.operation.next = Operation.REVERTED;
        (m.operation.sourceRoot, m.operation.sourceOffset) = (keccak256("output"), 31);
        m.operation.sourceLength = 2_222_222;
        CallFrame.Record memory parent = worstMachine(StepKinds.FRAME_EXIT).frame;
        m.frame.parent = CallFrame.hash(parent);
        record("FRAME_EXIT", "a revert, whose output is copied", m, abi.encode(parent));
        m.operation.next = Operation.RETURNED;
        record("FRAME_EXIT", "a return, whose output is copied", m, abi.encode(parent));

        DeepTree.Tree memory tree = DeepTree.create(WORD, MEMORY_LEVELS);
        m = worstMachine(StepKinds.CREATE_RETURN);
        m.frame.kind = CallFrame.CREATE;
        (m.operation.sourceRoot, m.operation.sourceOffset) = (tree.root(), 32 * WORD);
        m.operation.sourceLength = CODE;
        record("CREATE_RETURN", "code of 24,576 bytes from the largest memory", m, tree.access(WORD, WORD));
    }

    function test_M0_Ecrecover() external {
        DeepTree.Tree memory tree = DeepTree.create(WORD, MEMORY_LEVELS);
        // Of what is at byte 31 of a word: hash, v = 27, r, s.
        tree.set(WORD + 1, bytes32(uint256(keccak256("hash")) << 8));
        tree.set(WORD + 2, bytes32(uint256(27) << 8));
        tree.set(WORD + 3, bytes32(uint256(1) << 8));
        tree.set(WORD + 4, bytes32(uint256(1) << 8 | 1));
        Machine memory m = worstMachine(StepKinds.PRECOMPILE);
        m.frame.kind = CallFrame.PRECOMPILE;
        (m.frame.target, m.frame.memoryWords) = (address(1), 0);
        (m.frame.calldataRoot, m.frame.calldataOffset) = (tree.root(), 32 * WORD + 31);
        record(
            "PRECOMPILE, ECRECOVER",
            "input in five words of the largest memory",
            m,
            tree.viewBytes(32 * WORD + 31, 0, 128)
        );
    }

    /// @dev SHA-256, RIPEMD-160 and the identity only begin here.
    function test_M0_Identity() external {
        Machine memory m = worstMachine(StepKinds.PRECOMPILE);
        m.frame.kind = CallFrame.PRECOMPILE;
        (m.frame.target, m.frame.memoryWords) = (address(4), 0);
        record("PRECOMPILE, IDENTITY", "of 2,222,222 bytes; the copies are steps of their own", m, "");
    }

    /// @dev An operation in the middle of a view that begins at the last byte of WORD.
    function _withSource(uint256 kind, DeepTree.Tree memory tree) private pure returns (Machine memory m) {
        m = worstMachine(kind);
        // A multiple of 64 and 136 bytes before the position.
        uint256 position = 136 * 64;
        (m.operation.sourceRoot, m.operation.sourceOffset) = (tree.root(), 32 * WORD + 31 - position);
        (m.operation.position, m.operation.sourceLength) = (position, position + 300);
    }
}
