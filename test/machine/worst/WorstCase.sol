// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DeepProofs} from "../utils/DeepProofs.sol";
import {WitnessBuilder} from "../utils/WitnessBuilder.sol";
import {LastStep} from "./LastStep.sol";
import {Test} from "forge-std/Test.sol";
import {Rlp} from "src/commitment/Rlp.sol";
import {StateDiff} from "src/commitment/StateDiff.sol";
import {StateProof} from "src/commitment/StateProof.sol";
import {Link} from "src/dispute/GameState.sol";
import {StepKinds} from "src/machine/StepKinds.sol";
import {WorldState} from "src/machine/WorldState.sol";
import {CallFrame} from "src/machine/state/CallFrame.sol";
import {Machine} from "src/machine/state/MachineState.sol";

/// @notice The dearest steps that any batch can reach, each proved in a real game (rule M-0). What each costs is kept in
/// snapshots/worst.json, from which `npm run generate:worst-cases` makes the table of docs/8-provability.md.
abstract contract WorstCase is Test {
    using WitnessBuilder for Machine;

    /// @dev Bytes of the largest code, of the largest initcode and of the longest raw transaction.
    uint256 internal constant CODE = 24_576;
    uint256 internal constant INITCODE = 49_152;
    uint256 internal constant RAW = 65_536;
    /// @dev Words of the largest memory that 2^24 gas can pay for, in a frame.
    uint256 internal constant MEMORY_WORDS = 91_859;
    /// @dev Levels of a tree whose siblings are not zeros: of memory, of code or a raw transaction, of a jump bitmap.
    uint256 internal constant MEMORY_LEVELS = 17;
    uint256 internal constant CODE_LEVELS = 11;
    uint256 internal constant JUMP_LEVELS = 8;
    /// @dev Nodes above a key that a dictionary has, and above the leaf of another key that stands for one it lacks; branches
    /// above a key in a trie.
    uint256 internal constant DEPTH = 256;
    uint256 internal constant NIBBLES = 64;

    /// @dev Addresses without a zero byte, as zeros are the cheapest calldata.
    address internal constant PAYER = 0x5E1F5E1f5E1F5e1F5e1f5E1f5E1f5E1f5E1F5E1F;
    address internal constant OTHER = 0x07E207e207e207e207e207E207E207e207E207e2;

    LastStep private _lastStep;

    function setUp() public virtual {
        _lastStep = new LastStep();
        _lastStep.setUp();
    }

    // --------------------------------------------------------------------------------------------------- recording

    /// @notice Proves the step of `m`, whose kind is that of its operation, and keeps what it costs.
    /// @param row The step kind as docs/5-machine.md names it.
    /// @param reason What makes the case a bad one.
    function record(string memory row, string memory reason, Machine memory m, bytes memory accesses) internal {
        bytes memory head = WitnessBuilder.head(m, StepKinds.opens(m.operation.kind));
        recordWitness(row, reason, Link.Execution, m.hashOf(), bytes.concat(head, accesses));
    }

    function recordWitness(string memory row, string memory reason, Link link, bytes32 preState, bytes memory witness)
        internal
    {
        (uint256 gas, uint256 size) = prove(link, preState, witness);
        string memory key = string.concat(row, " | ", reason);
        vm.snapshotValue("worst", string.concat(key, " | gas"), gas);
        vm.snapshotValue("worst", string.concat(key, " | bytes"), size);
    }

    /// @notice See LastStep.
    function prove(Link link, bytes32 preState, bytes memory witness) internal returns (uint256 gas, uint256 size) {
        return _lastStep.prove(link, preState, witness);
    }

    // ------------------------------------------------------------------------------------------------------- state

    /// @notice A machine about to make a step of `kind`, in the deepest frame, no field of which is zero that need not be.
    function worstMachine(uint256 kind) internal pure returns (Machine memory m) {
        m.operation.kind = kind;
        m.batch.payloadRoot = _word("payload");
        (m.batch.payloadLength, m.batch.cursor) = (131_072, 100_000);
        (m.batch.l1Time, m.block.time) = (1_800_000_001, 1_800_000_002);
        m.batch.feeRecipient = address(bytes20(_word("fee recipient")));
        m.batch.blockGasLimit = m.batch.batchGasLimit = 33_333_333;
        m.batch.maxTransactionBytes = RAW;
        m.batch.precompileGasCap = 6_000_000;
        m.batch.chainId = 0x1111111111111111;
        (m.block.number, m.block.baseFee) = (1_111_111, 1_111_111_111);
        m.block.end = 131_072;
        m.block.parentHash = _word("parent hash");
        m.block.prevRandao = _word("randao");
        m.block.transactionsHash = _word("transactions");
        _fillTransaction(m);
        (m.journal.diffRoot, m.journal.warmAddresses) = (_word("diff"), _word("warm addresses"));
        (m.journal.warmSlots, m.journal.transient) = (_word("warm slots"), _word("transient"));
        (m.journal.created, m.journal.destroyed) = (_word("created"), _word("destroyed"));
        m.journal.refund = 111_111;
        _fillFrame(m.frame);
    }

    function _fillTransaction(Machine memory m) private pure {
        (m.transaction.root, m.transaction.hash) = (_word("raw"), _word("hash"));
        m.transaction.length = RAW;
        m.transaction.origin = PAYER;
        m.transaction.to = address(bytes20(_word("to")));
        m.transaction.value = 1e33;
        (m.transaction.gasLimit, m.transaction.executionGas) = (16_777_215, 15_555_555);
        (m.transaction.maxFeePerGas, m.transaction.gasPrice) = (1e18 + 1, 1e17 + 1);
        (m.transaction.priorityFee, m.transaction.floorGas) = (1e16 + 1, 21_111);
        (m.transaction.dataOffset, m.transaction.dataLength) = (333, 33_333);
        m.transaction.startDiffRoot = _word("start");
    }

    function _fillFrame(CallFrame.Record memory frame) private pure {
        frame.parent = _word("parent");
        frame.kind = CallFrame.CALL;
        // The deepest from which a call can be made.
        frame.depth = 1024;
        frame.self = frame.caller = frame.target = PAYER;
        frame.value = 1e30;
        frame.gas = 15_555_555;
        (frame.stack, frame.stackSize) = (_word("stack"), 1000);
        (frame.memoryRoot, frame.memoryWords) = (_word("memory"), MEMORY_WORDS);
        (frame.calldataRoot, frame.calldataOffset, frame.calldataLength) = (_word("calldata"), 31, 2_222_222);
        (frame.returndataRoot, frame.returndataOffset, frame.returndataLength) = (_word("returndata"), 31, 2_222_222);
        (frame.codeRoot, frame.jumpRoot, frame.codeSize) = (_word("code"), _word("jumps"), INITCODE);
        (frame.outOffset, frame.outLength) = (1_111_111, 1_111_111);
        frame.savedJournal = _word("saved journal");
    }

    function _word(bytes32 name) private pure returns (bytes32) {
        return keccak256(abi.encode(name));
    }

    // ------------------------------------------------------------------------------------------------ deepest proofs

    /// @notice `owner`, a contract with storage, in the base state and changed in the diff.
    function account(Machine memory m, address owner) internal pure returns (bytes memory) {
        return account(m, owner, keccak256("code"));
    }

    function account(Machine memory m, address owner, bytes32 codeHash) internal pure returns (bytes memory) {
        return accountWith(
            m,
            owner,
            StateDiff.AccountDiff({
                kind: StateDiff.SET,
                nonce: 0x1111111111111111,
                balance: 1e37,
                codeHash: codeHash,
                storageRoot: keccak256("slots")
            }),
            keccak256("storage")
        );
    }

    /// @notice `owner` with `part` in the diff and a storage of `storageRoot` in the base state.
    function accountWith(Machine memory m, address owner, StateDiff.AccountDiff memory part, bytes32 storageRoot)
        internal
        pure
        returns (bytes memory)
    {
        bytes memory inBase;
        bytes32 key = WorldState.addressKey(owner);
        (m.batch.baseRoot, inBase) = DeepProofs.trie(key, encodedAccount(storageRoot, part.codeHash), NIBBLES);
        return bytes.concat(inDiff(m, owner, part), inBase);
    }

    /// @notice `part` as what the diff has at `owner`.
    function inDiff(Machine memory m, address owner, StateDiff.AccountDiff memory part)
        internal
        pure
        returns (bytes memory proof)
    {
        (m.journal.diffRoot, proof) = DeepProofs.account(WorldState.addressKey(owner), part, DEPTH);
    }

    /// @notice An account as a leaf of the state trie has it, as long as can be.
    function encodedAccount(bytes32 storageRoot, bytes32 codeHash) internal pure returns (bytes memory) {
        return StateProof.encodeAccount(
            StateProof.Account({nonce: 0x1111111111111110, balance: 2e37, storageRoot: storageRoot, codeHash: codeHash})
        );
    }

    /// @notice The slot `index` of `owner`, in the base state. `inner` is the root of what the diff has of the storage, with
    /// the proof `innerProof` of the slot. Also gives the part of the access that is proved against the diff.
    function slotWith(Machine memory m, address owner, bytes32 index, bytes32 inner, bytes memory innerProof)
        internal
        pure
        returns (bytes memory access, bytes memory diffProof)
    {
        bytes32 key = keccak256(abi.encode(index));
        StateDiff.AccountDiff memory part = StateDiff.AccountDiff({
            kind: StateDiff.SET,
            nonce: 0x1111111111111111,
            balance: 1e37,
            codeHash: keccak256("code"),
            storageRoot: inner
        });
        (bytes32 root, bytes memory inBase) =
            DeepProofs.trie(key, Rlp.encodeInteger(uint256(keccak256("before"))), NIBBLES);
        access = bytes.concat(accountWith(m, owner, part, root), innerProof, inBase);
        diffProof = bytes.concat(inDiff(m, owner, part), innerProof);
    }

    /// @notice The slot `index` of `owner`, in the base state and changed in the diff.
    function slot(Machine memory m, address owner, bytes32 index) internal pure returns (bytes memory, bytes memory) {
        (bytes32 inner, bytes memory proof) =
            DeepProofs.dictionary(keccak256(abi.encode(index)), keccak256("now"), DEPTH);
        return slotWith(m, owner, index, inner, proof);
    }

    /// @notice The proof that `owner` is cold.
    function warmth(Machine memory m, address owner) internal pure returns (bytes memory cold) {
        (m.journal.warmAddresses, cold) = DeepProofs.parting(WorldState.addressKey(owner));
    }

    function repeat(bytes memory part, uint256 count) internal pure returns (bytes memory all) {
        all = new bytes(part.length * count);
        for (uint256 i = 0; i < all.length; i++) {
            all[i] = part[i % part.length];
        }
    }

    /// @notice Bytes none of which is zero and that repeat nowhere nearby.
    function nonZeroBytes(uint256 length) internal pure returns (bytes memory data) {
        data = new bytes(length);
        for (uint256 i = 0; i < length; i++) {
            data[i] = bytes1(uint8(1 + uint256(keccak256(abi.encode(i))) % 255));
        }
    }
}
