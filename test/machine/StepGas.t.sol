// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../../src/commitment/MerkleTree.sol";
import {Rlp} from "../../src/commitment/Rlp.sol";
import {StateDiff} from "../../src/commitment/StateDiff.sol";
import {StateProof} from "../../src/commitment/StateProof.sol";
import {IStepMachine} from "../../src/machine/IStepMachine.sol";
import {OneStepVerifier} from "../../src/machine/OneStepVerifier.sol";
import {WorldState} from "../../src/machine/WorldState.sol";
import {Machine} from "../../src/machine/state/MachineState.sol";
import {DeepProofs} from "./utils/DeepProofs.sol";
import {InstructionTest} from "./utils/InstructionTest.sol";
import {WitnessBuilder} from "./utils/WitnessBuilder.sol";

/// @notice What single steps cost on L1, by hand-made states as large as real ones (snapshots/machine.json). What they cost at
/// worst is in test/machine/worst.
contract StepGasTest is InstructionTest {
    using WitnessBuilder for Machine;

    bytes32 private constant SLOT = bytes32(uint256(7));

    OneStepVerifier private verifier = new OneStepVerifier(
        OneStepVerifier.Parts({
            compute: compute,
            state: state,
            calls: IStepMachine(address(0)),
            boundary: IStepMachine(address(0)),
            bulk: IStepMachine(address(0))
        })
    );

    /// @dev A program of 8 KB that starts with `opcode`, and memory of 16 KB without a zero.
    function _largeMachine(bytes memory opcode) private returns (Machine memory m) {
        code = new bytes(8192);
        for (uint256 i = 0; i < code.length; i++) {
            code[i] = i < opcode.length ? opcode[i] : bytes1(0x5b);
        }
        m = machine();
        m.frame.memoryWords = 512;
        m.frame.memoryRoot = MerkleTree.rootOf(_memory(), 17);
        m.frame.calldataRoot = m.frame.memoryRoot;
        m.frame.calldataLength = 16_384;
    }

    function _memory() private pure returns (bytes memory data) {
        data = new bytes(16_384);
        for (uint256 i = 0; i < data.length; i++) {
            data[i] = 0x5b;
        }
    }

    /// @dev Runs the step and gives what the whole transaction would cost beside the game's own part of it.
    function _measure(string memory name, Machine memory m) private returns (uint256 total, uint256 size) {
        bytes memory witness = witnessOf(m);
        bytes32 preState = m.hashOf();
        uint256 before = gasleft();
        verifier.verifyStep(preState, witness);
        uint256 execution = before - gasleft();
        size = witness.length;
        // A zero byte is one token of calldata, another one is four (EIP-7623).
        uint256 tokens = _tokens(witness);
        total = 21_000 + (execution + 4 * tokens > 10 * tokens ? execution + 4 * tokens : 10 * tokens);
        vm.snapshotValue("machine", string.concat(name, ".gas"), total);
        vm.snapshotValue("machine", string.concat(name, ".bytes"), size);
    }

    function _tokens(bytes memory data) private pure returns (uint256 sum) {
        for (uint256 i = 0; i < data.length; i++) {
            sum += data[i] == 0 ? 1 : 4;
        }
    }

    function test_SimpleInstructionsAreCheap() external {
        stack = list(3, 2, 1);
        (uint256 total,) = _measure("ADD", _largeMachine(hex"01"));
        assertLt(total, 120_000);
        (total,) = _measure("PC", _largeMachine(hex"58"));
        assertLt(total, 120_000);
        stack = new uint256[](17);
        (total,) = _measure("SWAP16", _largeMachine(hex"9f"));
        assertLt(total, 130_000);
    }

    function test_MemoryAndJumps() external {
        bytes memory data = _memory();
        stack = list(1, 100);
        bytes memory replaced = _memory();
        for (uint256 i = 100; i < 128; i++) {
            replaced[i] = 0;
        }
        accesses = bytes.concat(WitnessBuilder.word(data, 3), WitnessBuilder.word(replaced, 4));
        _measure("MSTORE", _largeMachine(hex"52"));
        accesses = bytes.concat(WitnessBuilder.word(data, 3), WitnessBuilder.word(data, 4));
        _measure("MLOAD", _largeMachine(hex"51"));
        _measure("CALLDATALOAD", _largeMachine(hex"35"));

        stack = list(8000);
        Machine memory m = _largeMachine(hex"56");
        bytes memory bitmap = new bytes(1024);
        for (uint256 i = 0; i < bitmap.length; i++) {
            bitmap[i] = i == 0 ? bytes1(0x7f) : bytes1(0xff);
        }
        accesses = WitnessBuilder.word(bitmap, 31);
        _measure("JUMP", m);
    }

    function test_HashesLogsAndTheSystem() external {
        stack = list(1000, 64);
        _measure("KECCAK256", _largeMachine(hex"20"));
        _measure("RETURN", _largeMachine(hex"f3"));
        stack = new uint256[](7);
        _measure("LOG4", _largeMachine(hex"a4"));
        _measure("CALL", _largeMachine(hex"f1"));
        _measure("CREATE2", _largeMachine(hex"f5"));
    }

    function test_AccountsAndBlocksInALargeState() external {
        stack = list(uint160(SELF));
        _measure("BALANCE", _accountMachine(hex"31", SELF, true));
        stack = list();
        _measure("SELFBALANCE", _accountMachine(hex"47", SELF, false));
        stack = list(999);
        bytes memory inner;
        bytes memory inStorage;
        bytes32 key = keccak256(abi.encode(uint256(999)));
        bytes32 storageRoot;
        (storageRoot, inStorage) = DeepProofs.trie(key, Rlp.encodeInteger(uint256(keccak256("hash"))), 10);
        Machine memory m = _accountMachine(hex"40", WorldState.SYSTEM_ACCOUNT, false);
        bytes memory inBase;
        bytes32 accountKey = WorldState.addressKey(WorldState.SYSTEM_ACCOUNT);
        (m.batch.baseRoot, inBase) = DeepProofs.trie(accountKey, _account(storageRoot, keccak256("code")), 10);
        StateDiff.AccountDiff memory part;
        bytes memory inDiff;
        (part.storageRoot, inner) = DeepProofs.lacking(key, 10);
        (m.journal.diffRoot, inDiff) = DeepProofs.account(accountKey, part, 30);
        accesses = bytes.concat(inDiff, inBase, inner, inStorage);
        _measure("BLOCKHASH", m);
    }

    function test_TransientStorage() external {
        bytes32 key = WorldState.slotKey(SELF, SLOT);
        stack = list(uint256(SLOT));
        Machine memory m = _largeMachine(hex"5c");
        (m.journal.transient, accesses) = DeepProofs.dictionary(key, "value", 10);
        _measure("TLOAD", m);
        stack = list(9, uint256(SLOT));
        m = _largeMachine(hex"5d");
        (m.journal.transient, accesses) = DeepProofs.dictionary(key, "value", 10);
        _measure("TSTORE", m);
    }

    /// @dev `owner` is in the state and not in the diff of the batch; the access of it is cold if it is one.
    function _accountMachine(bytes memory opcode, address owner, bool access) private returns (Machine memory m) {
        m = _largeMachine(opcode);
        bytes32 key = WorldState.addressKey(owner);
        bytes memory warm;
        bytes memory inDiff;
        bytes memory inBase;
        if (access) (m.journal.warmAddresses, warm) = DeepProofs.lacking(key, 10);
        (m.journal.diffRoot, inDiff) = DeepProofs.lacking(key, 30);
        (m.batch.baseRoot, inBase) = DeepProofs.trie(key, _account(keccak256("storage"), keccak256("code")), 10);
        accesses = bytes.concat(warm, inDiff, inBase);
    }

    function test_StorageInALargeState() external {
        stack = list(9, uint256(SLOT));
        (uint256 total,) = _measure("SSTORE", _storageMachine(hex"55", 30, 10));
        assertLt(total, 1_000_000);
        stack = list(uint256(SLOT));
        (total,) = _measure("SLOAD", _storageMachine(hex"54", 30, 10));
        assertLt(total, 1_000_000);
    }

    function _account(bytes32 storageRoot, bytes32 codeHash) private pure returns (bytes memory) {
        return StateProof.encodeAccount(
            StateProof.Account({nonce: 1, balance: 1 ether, storageRoot: storageRoot, codeHash: codeHash})
        );
    }

    /// @dev SELF has slot 7, which the batch, and the transaction before it, have changed already and no step has warmed:
    /// every dictionary has `depth` nodes above the key, every trie `nibbles` branches.
    function _storageMachine(bytes memory opcode, uint256 depth, uint256 nibbles) private returns (Machine memory m) {
        m = _largeMachine(opcode);
        bytes32 slotKey = keccak256(abi.encode(SLOT));
        bytes32 accountKey = WorldState.addressKey(SELF);
        bytes memory warm;
        bytes memory inDiff;
        bytes memory inner;
        (m.journal.warmSlots, warm) = DeepProofs.lacking(WorldState.slotKey(SELF, SLOT), depth);
        StateDiff.AccountDiff memory part;
        (part.storageRoot, inner) = DeepProofs.dictionary(slotKey, bytes32(uint256(5)), depth);
        part.kind = StateDiff.SET;
        part.nonce = 2;
        part.balance = 2 ether;
        part.codeHash = keccak256("code");
        (m.journal.diffRoot, inDiff) = DeepProofs.account(accountKey, part, depth);
        m.transaction.startDiffRoot = m.journal.diffRoot;
        (bytes32 storageRoot, bytes memory inStorage) =
            DeepProofs.trie(slotKey, Rlp.encodeInteger(uint256(keccak256("value"))), nibbles);
        bytes memory inBase;
        (m.batch.baseRoot, inBase) = DeepProofs.trie(accountKey, _account(storageRoot, keccak256("code")), nibbles);
        accesses = bytes.concat(warm, inDiff, inBase, inner, inStorage);
        if (opcode[0] == 0x55) accesses = bytes.concat(accesses, inDiff, inner);
    }
}
