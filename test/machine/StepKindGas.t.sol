// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Payload} from "../../src/commitment/Payload.sol";
import {Rlp} from "../../src/commitment/Rlp.sol";
import {StateDiff} from "../../src/commitment/StateDiff.sol";
import {StateProof} from "../../src/commitment/StateProof.sol";
import {OneStepVerifier} from "../../src/machine/OneStepVerifier.sol";
import {StepKinds} from "../../src/machine/StepKinds.sol";
import {WorldState} from "../../src/machine/WorldState.sol";

import {CallFrame} from "../../src/machine/state/CallFrame.sol";
import {CallState} from "../../src/machine/state/CallState.sol";
import {Journal} from "../../src/machine/state/Journal.sol";
import {Machine} from "../../src/machine/state/MachineState.sol";
import {Operation} from "../../src/machine/state/Operation.sol";
import {TransactionState} from "../../src/machine/state/TransactionState.sol";
import {BoundarySteps} from "../../src/machine/steps/BoundarySteps.sol";
import {BulkSteps} from "../../src/machine/steps/BulkSteps.sol";
import {CallSteps} from "../../src/machine/steps/CallSteps.sol";
import {ComputeSteps} from "../../src/machine/steps/ComputeSteps.sol";
import {StateSteps} from "../../src/machine/steps/StateSteps.sol";
import {DeepProofs} from "./utils/DeepProofs.sol";
import {StepTest} from "./utils/StepTest.sol";
import {WitnessBuilder} from "./utils/WitnessBuilder.sol";

/// @notice What the steps between instructions cost on L1 (snapshots/steps.json): in a large state, and in one whose trees
/// are as deep as they can be (names that end in "deepest"), where rule M-0 must hold.
contract StepKindGasTest is StepTest {
    using WitnessBuilder for Machine;

    /// @dev Of one transaction (EIP-7825), and of its calldata in the pools of L1.
    uint256 private constant MAX_GAS = 1 << 24;
    uint256 private constant MAX_BYTES = 117_964;
    /// @dev A move of the game around the step.
    uint256 private constant MOVE_GAS = 500_000;

    address private constant SELF = address(0x5E1F);
    address private constant OTHER = address(0x07E2);

    OneStepVerifier private verifier;
    /// @dev Nodes above a key in every dictionary, branches above it in every trie.
    uint256 private depth;
    uint256 private nibbles;
    string private suffix;

    constructor() {
        OneStepVerifier.Parts memory parts;
        parts.compute = new ComputeSteps();
        parts.state = new StateSteps();
        parts.calls = new CallSteps();
        parts.boundary = new BoundarySteps();
        parts.bulk = new BulkSteps();
        verifier = new OneStepVerifier(parts);
    }

    // ------------------------------------------------------------------------------------------ one account or slot

    modifier inBothStates() {
        (depth, nibbles, suffix) = (30, 10, "");
        _;
        (depth, nibbles, suffix) = (255, 64, ".deepest");
        _;
    }

    function test_StepsOnOneAccount() external inBothStates {
        this.measureAccount("TX_REFUND", StepKinds.TX_REFUND);
        this.measureAccount("TX_FEE", StepKinds.TX_FEE);
        this.measureAccount("CALL_CHARGE", StepKinds.CALL_CHARGE);
        this.measureAccount("CREATE_CREATOR", StepKinds.CREATE_CREATOR);
        this.measureAccount("CREATE_DEBIT", StepKinds.CREATE_DEBIT);
        this.measureAccount("DEPOSIT", StepKinds.DEPOSIT);
        this.measureDestroy();
    }

    /// @dev External, as the others below: each measurement begins with fresh memory.
    function measureAccount(string calldata name, uint256 kind) external {
        Machine memory m = _machine(kind);
        _measure(name, m, _account(m, SELF, keccak256("code")));
    }

    function measureDestroy() external {
        Machine memory m = _machine(StepKinds.TX_DESTROY);
        m.journal.destroyed = Journal.hashDestroyed("previous", SELF);
        bytes memory head = bytes.concat(bytes32("previous"), bytes20(SELF));
        _measure("TX_DESTROY", m, bytes.concat(head, _account(m, SELF, keccak256("code"))));
    }

    function test_StepsOnAnAccountAndASet() external inBothStates {
        this.measureWarmth("CREATE_TARGET", StepKinds.CREATE_TARGET);
        this.measureWarmth("SELFDESTRUCT_CREDIT", StepKinds.SELFDESTRUCT_CREDIT);
        this.measureCredit();
        this.measureSelfdestructDebit();
    }

    function measureWarmth(string calldata name, uint256 kind) external {
        Machine memory m = _machine(kind);
        _measure(name, m, bytes.concat(_warmth(m), _account(m, OTHER, keccak256("code"))));
    }

    function measureCredit() external {
        Machine memory m = _machine(StepKinds.CREDIT);
        bytes memory created;
        m.frame.kind = CallFrame.CREATE;
        (m.journal.created, created) = DeepProofs.lacking(WorldState.addressKey(SELF), depth);
        _measure("CREDIT", m, bytes.concat(_account(m, SELF, keccak256("code")), created));
    }

    function measureSelfdestructDebit() external {
        Machine memory m = _machine(StepKinds.SELFDESTRUCT_DEBIT);
        bytes memory created;
        (m.journal.created, created) = DeepProofs.dictionary(WorldState.addressKey(SELF), WorldState.MEMBER, depth);
        _measure("SELFDESTRUCT_DEBIT", m, bytes.concat(created, _account(m, SELF, keccak256("code"))));
    }

    function test_StepsOnTheLargestCode() external inBothStates {
        this.measureCode("TX_SENDER", StepKinds.TX_SENDER);
        this.measureCode("CALL_ACCESS", StepKinds.CALL_ACCESS);
        this.measureCode("CALL_DELEGATE", StepKinds.CALL_DELEGATE);
    }

    function measureCode(string calldata name, uint256 kind) external {
        bytes memory code = _repeat(hex"60", 24_576);
        bytes memory codeAccess = bytes.concat(bytes2(uint16(code.length)), code);
        Machine memory m = _machine(kind);
        m.call.delegate = kind == StepKinds.CALL_DELEGATE ? OTHER : address(0);
        bool isSender = kind == StepKinds.TX_SENDER;
        bytes memory warmth = isSender ? bytes("") : _warmth(m);
        bytes memory account = _account(m, isSender ? SELF : OTHER, keccak256(code));
        _measure(name, m, bytes.concat(warmth, account, codeAccess));
    }

    function test_StepsOnAnAuthorization() external inBothStates {
        this.measureApply("AUTH_APPLY.void", _repeat(hex"5b", 24_576));
        this.measureApply("AUTH_APPLY", bytes.concat(hex"ef0100", bytes20(SELF)));
    }

    function measureApply(string calldata name, bytes calldata code) external {
        Machine memory m = _machine(StepKinds.AUTH_APPLY);
        m.operation.scratch0 = bytes32(uint256(uint160(OTHER)));
        m.operation.scratch1 = bytes32(uint256(uint160(SELF)));
        m.operation.scratch2 = bytes32(uint256(2));
        bytes memory codeAccess = bytes.concat(bytes2(uint16(code.length)), code);
        bytes memory warmth = _warmth(m);
        _measure(name, m, bytes.concat(warmth, _account(m, OTHER, keccak256(code)), codeAccess));
    }

    function test_RecoveringAnAuthority() external {
        bytes memory raw = bytes.concat(makeBytes(31, 1), _tuple(bytes32(0), 9), makeBytes(16_384, 2));
        Machine memory m = _machine(StepKinds.AUTH_RECOVER);
        m.transaction.length = raw.length;
        m.transaction.root = rootOf(raw);
        (m.transaction.authCursor, m.transaction.authEnd) = (31, 31 + 133);
        _measure("AUTH_RECOVER", m, viewAccess(raw, 31, raw.length, 133));
    }

    /// @dev A signed authorisation of `chainId` (the longest there is, if that is wide) for SELF.
    function _tuple(bytes32 chainId, uint64 nonce) private pure returns (bytes memory) {
        bytes memory signed =
            bytes.concat(Rlp.encodeInteger(uint256(chainId)), hex"94", bytes20(SELF), Rlp.encodeInteger(nonce));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(7, keccak256(bytes.concat(hex"05", Rlp.encodeList(signed))));
        bytes memory signature =
            bytes.concat(Rlp.encodeInteger(v - 27), Rlp.encodeInteger(uint256(r)), Rlp.encodeInteger(uint256(s)));
        return Rlp.encodeList(bytes.concat(signed, signature));
    }

    function test_StepsOnTheSystemAccount() external inBothStates {
        this.measureSystem("BATCH_BEGIN", StepKinds.BATCH_BEGIN);
        this.measureSystem("BLOCK_END", StepKinds.BLOCK_END);
        this.measureSystem("BATCH_END", StepKinds.BATCH_END);
    }

    function measureSystem(string calldata name, uint256 kind) external {
        Machine memory m = _machine(kind);
        bytes32 slot = kind == StepKinds.BLOCK_END ? bytes32(m.block.number) : WorldState.HEAD_SLOT;
        _measure(name, m, _slot(m, slot));
    }

    // --------------------------------------------------------------------------------------------- the transaction

    function test_TheLargestTransactions() external {
        this.measureDecoding("TX_DECODE.data", makeBytes(65_350, 1), "");

        // Tuples without slots are the shortest items: 23 bytes for an address.
        bytes memory tuple = bytes.concat(hex"d694", bytes20(OTHER), hex"c0");
        this.measureDecoding("TX_DECODE.addresses", "", _repeat(tuple, 2840));

        bytes memory slots = _repeat(bytes.concat(hex"a0", bytes32(type(uint256).max)), 1980);
        tuple = bytes.concat(hex"94", bytes20(OTHER), Rlp.encodeList(slots));
        this.measureDecoding("TX_DECODE.slots", "", Rlp.encodeList(tuple));

        // As many as a gas limit pays for, and as many as there is room for: those are skipped.
        tuple = _tuple(bytes32(uint256(1 << 40)), 1 << 40);
        this.measureAuthorizations("TX_DECODE.authorizations", _repeat(tuple, 600));
        this.measureAuthorizations(
            "TX_DECODE.unpayable", _repeat(bytes.concat(hex"da8094", bytes20(SELF), hex"80808080"), 2420)
        );
    }

    function measureAuthorizations(string calldata name, bytes calldata list) external {
        bytes memory head = bytes.concat(hex"018080808401000000", hex"94", bytes20(OTHER), hex"8080c0");
        bytes memory fields = bytes.concat(head, Rlp.encodeList(list), hex"80", hex"0101");
        _measureRaw(name, bytes.concat(hex"04", Rlp.encodeList(fields)));
    }

    function measureDecoding(string calldata name, bytes calldata data, bytes calldata list) external {
        bytes memory head = bytes.concat(hex"0180808401000000", hex"94", bytes20(OTHER), hex"80");
        bytes memory fields = bytes.concat(head, Rlp.encodeString(data), Rlp.encodeList(list), hex"80", hex"0101");
        _measureRaw(name, bytes.concat(hex"01", Rlp.encodeList(fields)));
    }

    function _measureRaw(string memory name, bytes memory raw) private {
        assertLe(raw.length, 65_536);
        Machine memory m = _machine(StepKinds.TX_DECODE);
        TransactionState.clear(m.transaction);
        m.transaction.root = rootOf(raw);
        m.transaction.length = raw.length;
        m.block.baseFee = 0;
        _measure(name, m, raw);
    }

    function test_LoadingAWord() external {
        bytes memory payload = makeBytes(131_072, 1);
        Machine memory m = _machine(StepKinds.TX_LOAD);
        m.batch.payloadRoot = this.payloadRoot(payload);
        m.batch.payloadLength = payload.length;
        // The transaction begins at byte 10, and its word from byte 992 on straddles two chunks.
        m.batch.cursor = 10 + 65_536;
        m.transaction.length = 65_536;
        bytes memory raw = new bytes(992);
        for (uint256 i = 0; i < raw.length; i++) {
            raw[i] = payload[10 + i];
        }
        m.transaction.root = rootOf(raw);
        m.operation.position = 992;
        bytes memory chunks = bytes.concat(_chunk(payload, 0), _chunk(payload, 1));
        _measure("TX_LOAD", m, bytes.concat(chunks, WitnessBuilder.word(raw, 31)));
    }

    function payloadRoot(bytes calldata payload) external pure returns (bytes32) {
        return Payload.rootOf(payload);
    }

    function chunkLeaf(bytes calldata chunk) external pure returns (bytes32) {
        return Payload.hashChunk(chunk);
    }

    // ------------------------------------------------------------------------------------------------------ bulk

    function test_Words() external {
        bytes memory data = makeBytes(16_384, 1);
        Machine memory m = _machine(StepKinds.COPY);
        m.frame.memoryRoot = rootOf(data);
        (m.operation.sourceRoot, m.operation.sourceLength) = (rootOf(data), 16_384);
        (m.operation.position, m.operation.remaining) = (40, 1000);
        _measure("COPY", m, bytes.concat(viewAccess(data, 40, 16_384, 32), WitnessBuilder.word(data, 0)));

        m.operation.kind = StepKinds.MEMORY_COPY;
        (m.operation.sourceRoot, m.operation.sourceLength) = (0, 0);
        m.frame.memoryWords = 512;
        _measure("MEMORY_COPY", m, bytes.concat(viewAccess(data, 40, 16_384, 32), WitnessBuilder.word(data, 0)));

        m = _machine(StepKinds.CODE_INSTALL);
        (m.operation.sourceRoot, m.operation.sourceOffset, m.operation.sourceLength) = (rootOf(data), 5, 16_000);
        m.frame.codeRoot = m.frame.jumpRoot = rootOf("");
        bytes memory accesses =
            bytes.concat(viewAccess(data, 5, 16_000, 32), WitnessBuilder.word("", 0), WitnessBuilder.word("", 0));
        _measure("CODE_INSTALL", m, accesses);
    }

    function test_Hashes() external {
        bytes memory data = makeBytes(16_384, 1);
        _measureHash("KECCAK", StepKinds.KECCAK, viewAccess(data, 31, 16_000, 136), data);
        _measureHash("SHA256", StepKinds.SHA256, viewAccess(data, 31, 16_000, 64), data);
        _measureHash("RIPEMD160", StepKinds.RIPEMD160, viewAccess(data, 31, 16_000, 64), data);
    }

    function _measureHash(string memory name, uint256 kind, bytes memory accesses, bytes memory data) private {
        Machine memory m = _machine(kind);
        (m.operation.sourceRoot, m.operation.sourceOffset, m.operation.sourceLength) = (rootOf(data), 31, 15_000);
        _measure(name, m, accesses);
    }

    function test_LeavingAFrame() external {
        Machine memory m = _machine(StepKinds.FRAME_EXIT);
        m.operation.next = Operation.RETURNED;
        CallFrame.Record memory parent = _machine(StepKinds.FRAME_EXIT).frame;
        m.frame.parent = CallFrame.hash(parent);
        _measure("FRAME_EXIT", m, abi.encode(parent));
    }

    // --------------------------------------------------------------------------------------------------- helpers

    /// @dev A state in which every kind of step can be made.
    function _machine(uint256 kind) private view returns (Machine memory m) {
        m = machine();
        m.operation.kind = kind;
        m.batch.chainId = 0;
        m.batch.feeRecipient = SELF;
        m.batch.blockGasLimit = m.batch.batchGasLimit = 30_000_000;
        m.block.number = 1000;
        m.block.time = 1_700_000_000;
        m.block.baseFee = 7;
        m.transaction.origin = SELF;
        m.transaction.gasLimit = 2_000_000;
        m.transaction.gasPrice = 9;
        m.transaction.priorityFee = 2;
        m.transaction.length = 100;
        m.transaction.root = rootOf("x");
        m.frame.caller = m.frame.target = m.frame.self;
        m.frame.value = 3;
        m.frame.returndataRoot = rootOf("y");
        m.frame.returndataLength = 1;
        if (kind == StepKinds.TX_FEE || kind == StepKinds.TX_DESTROY) m.operation.position = 50_000;
        if (kind == StepKinds.DEPOSIT) m.operation.scratch0 = keccak256("new code");
        if (kind < StepKinds.CALL_ACCESS || kind == StepKinds.FRAME_EXIT || kind >= StepKinds.COPY) return m;
        if (kind == StepKinds.CODE_INSTALL || kind == StepKinds.DEPOSIT) return m;
        m.call.kind = kind == StepKinds.CALL_CHARGE ? CallState.CALL : CallState.CREATE;
        m.call.target = OTHER;
        m.call.value = 3;
        m.call.gas = 50_000;
    }

    /// @dev `owner` with a storage, in the base state and changed in the diff.
    function _account(Machine memory m, address owner, bytes32 codeHash) private view returns (bytes memory) {
        return _accountWith(m, owner, codeHash, keccak256("storage"), keccak256("slots"));
    }

    function _accountWith(
        Machine memory m,
        address owner,
        bytes32 codeHash,
        bytes32 baseStorageRoot,
        bytes32 storageRoot
    ) private view returns (bytes memory) {
        bytes32 key = WorldState.addressKey(owner);
        StateDiff.AccountDiff memory part = StateDiff.AccountDiff({
            kind: StateDiff.SET, nonce: 2, balance: 2 ether, codeHash: codeHash, storageRoot: storageRoot
        });
        bytes memory inDiff;
        bytes memory inBase;
        (m.journal.diffRoot, inDiff) = DeepProofs.account(key, part, depth);
        StateProof.Account memory account =
            StateProof.Account({nonce: 1, balance: 1 ether, storageRoot: baseStorageRoot, codeHash: codeHash});
        (m.batch.baseRoot, inBase) = DeepProofs.trie(key, StateProof.encodeAccount(account), nibbles);
        return bytes.concat(inDiff, inBase);
    }

    /// @dev A slot of the system account, in the base state and changed in the diff.
    function _slot(Machine memory m, bytes32 slot) private view returns (bytes memory) {
        bytes32 key = keccak256(abi.encode(slot));
        (bytes32 inner, bytes memory inDiff) = DeepProofs.dictionary(key, keccak256("now"), depth);
        bytes memory value = Rlp.encodeInteger(uint256(keccak256("before")));
        (bytes32 root, bytes memory inBase) = DeepProofs.trie(key, value, nibbles);
        bytes memory account = _accountWith(m, WorldState.SYSTEM_ACCOUNT, keccak256("code"), root, inner);
        return bytes.concat(account, inDiff, inBase);
    }

    /// @dev OTHER is cold.
    function _warmth(Machine memory m) private view returns (bytes memory warm) {
        (m.journal.warmAddresses, warm) = DeepProofs.lacking(WorldState.addressKey(OTHER), depth);
    }

    function _chunk(bytes memory payload, uint256 index) private view returns (bytes memory) {
        bytes memory leaves;
        for (uint256 i = 0; i < 128; i++) {
            leaves = bytes.concat(leaves, this.chunkLeaf(_slice(payload, 1024 * i)));
        }
        // The leaf itself is not in the witness, and a tree of depth 7 has no given sibling above that.
        bytes memory access = WitnessBuilder.word(leaves, index);
        bytes memory proof = new bytes(access.length - 32);
        for (uint256 i = 0; i < proof.length; i++) {
            proof[i] = access[32 + i];
        }
        return bytes.concat(_slice(payload, 1024 * index), proof);
    }

    function _slice(bytes memory data, uint256 start) private pure returns (bytes memory part) {
        part = new bytes(1024);
        for (uint256 i = 0; i < 1024; i++) {
            part[i] = data[start + i];
        }
    }

    function _repeat(bytes memory part, uint256 count) private pure returns (bytes memory all) {
        all = new bytes(part.length * count);
        for (uint256 i = 0; i < all.length; i++) {
            all[i] = part[i % part.length];
        }
    }

    function _measure(string memory kind, Machine memory m, bytes memory accesses) private {
        string memory name = string.concat(kind, suffix);
        bytes memory witness = bytes.concat(WitnessBuilder.head(m, StepKinds.opens(m.operation.kind)), accesses);
        // Encoded before the measurement, because the test's own memory has a price as well.
        bytes memory data = abi.encodeCall(verifier.verifyStep, (m.hashOf(), witness));
        uint256 before = gasleft();
        (bool success,) = address(verifier).staticcall(data);
        uint256 execution = before - gasleft();
        assertTrue(success, name);
        // A zero byte is one token of calldata, another one is four (EIP-7623).
        uint256 tokens = _tokens(data);
        uint256 total = 21_000 + (execution + 4 * tokens > 10 * tokens ? execution + 4 * tokens : 10 * tokens);
        vm.snapshotValue("steps", string.concat(name, ".gas"), total);
        vm.snapshotValue("steps", string.concat(name, ".bytes"), witness.length);
        // M-0
        assertLt(witness.length, MAX_BYTES, name);
        assertLt(total + MOVE_GAS, MAX_GAS, name);
    }

    function _tokens(bytes memory data) private pure returns (uint256 sum) {
        for (uint256 i = 0; i < data.length; i++) {
            sum += data[i] == 0 ? 1 : 4;
        }
    }
}
