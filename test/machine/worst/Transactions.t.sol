// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DeepProofs} from "../utils/DeepProofs.sol";
import {DeepTree} from "../utils/DeepTree.sol";
import {WorstCase} from "./WorstCase.sol";
import {MerkleTree} from "src/commitment/MerkleTree.sol";
import {Payload} from "src/commitment/Payload.sol";
import {Rlp} from "src/commitment/Rlp.sol";
import {StepKinds} from "src/machine/StepKinds.sol";
import {WorldState} from "src/machine/WorldState.sol";
import {Machine} from "src/machine/state/MachineState.sol";
import {TransactionState} from "src/machine/state/TransactionState.sol";

/// @notice The steps around a transaction: of the longest payload and of the longest raw transaction.
contract WorstTransactionsTest is WorstCase {
    using DeepTree for DeepTree.Tree;

    uint256 private constant CHUNK = 1024;
    /// @dev Levels of the tree over the 128 chunks of a payload.
    uint256 private constant CHUNK_LEVELS = 7;

    // -------------------------------------------------------------------------------------------------- the payload

    function test_M0_ThePayload() external {
        Machine memory m = worstMachine(StepKinds.BLOCK_BEGIN);
        bytes memory access = _chunks(m, 6);
        record("BLOCK_BEGIN", "the header is in two chunks", m, access);

        m.operation.kind = StepKinds.TX_BEGIN;
        TransactionState.clear(m.transaction);
        access = _chunks(m, 2);
        record("TX_BEGIN", "the length is in two chunks", m, access);
    }

    function test_M0_LoadingAWord() external {
        Machine memory m = worstMachine(StepKinds.TX_LOAD);
        uint256 index = (1 << CODE_LEVELS) - 1;
        m.operation.position = 32 * index;
        bytes memory access = _chunks(m, 16);
        // The cursor stands behind the transaction, whose last word this is.
        m.batch.cursor += 32;
        DeepTree.Tree memory tree = DeepTree.create(index, CODE_LEVELS);
        m.transaction.root = tree.root();
        access = bytes.concat(access, tree.access(index, index));
        record("TX_LOAD", "the word is in two chunks; the last of 65,536 bytes", m, access);
    }

    /// @dev Two chunks of the payload, the cursor `before` bytes before their border.
    function _chunks(Machine memory m, uint256 before) private view returns (bytes memory access) {
        uint256 index = 63;
        bytes memory chunk = nonZeroBytes(CHUNK);
        bytes32 leaf = this.hashChunk(chunk);
        m.batch.cursor = (index + 1) * CHUNK - before;
        bytes32[] memory leaves = new bytes32[](128);
        for (uint256 i = 0; i < 128; i++) {
            leaves[i] = leaf;
        }
        m.batch.payloadRoot = MerkleTree.rootOfLeaves(leaves, CHUNK_LEVELS);
        bytes memory siblings;
        for (uint256 level = 0; level < CHUNK_LEVELS; level++) {
            siblings = bytes.concat(siblings, leaf);
            leaf = MerkleTree.hashNode(leaf, leaf);
        }
        bytes memory one = bytes.concat(chunk, bytes3(uint24((1 << CHUNK_LEVELS) - 1)), siblings);
        return bytes.concat(one, one);
    }

    function hashChunk(bytes calldata chunk) external pure returns (bytes32) {
        return Payload.hashChunk(chunk);
    }

    // --------------------------------------------------------------------------------------------------- its decoding

    function test_M0_TheLargestTransactions() external {
        this.recordDecoding("zeros as data", new bytes(65_350), "");
        this.recordDecoding("data without a zero", nonZeroBytes(65_350), "");

        // Tuples without slots are the shortest items: 23 bytes for an address.
        bytes memory tuple = bytes.concat(hex"d694", bytes20(OTHER), hex"c0");
        this.recordDecoding("2,840 addresses without slots", "", repeat(tuple, 2840));

        bytes memory slots = repeat(bytes.concat(hex"a0", bytes32(type(uint256).max)), 1980);
        tuple = bytes.concat(hex"94", bytes20(OTHER), Rlp.encodeList(slots));
        this.recordDecoding("one address with 1,980 slots", "", Rlp.encodeList(tuple));

        tuple = Rlp.encodeList(bytes.concat(hex"94", bytes20(OTHER), hex"e1a0", bytes32(type(uint256).max)));
        this.recordDecoding("1,166 addresses with a slot each", "", repeat(tuple, 1166));
    }

    function test_M0_TheMostAuthorizations() external {
        // As many as a gas limit pays for, and addresses in the rest.
        bytes memory list = repeat(_shortTuple(), 671);
        bytes memory addresses = repeat(bytes.concat(hex"d694", bytes20(OTHER), hex"c0"), 2055);
        this.recordSetCode("671 authorisations and 2,055 addresses", addresses, list);
        this.recordSetCode("2,420 authorisations, which no gas limit pays for", "", repeat(_shortTuple(), 2420));
        this.recordSetCode("494 authorisations of the greatest length", "", repeat(_longTuple(), 494));
    }

    function recordSetCode(string calldata reason, bytes calldata addresses, bytes calldata list) external {
        bytes memory head = bytes.concat(hex"88", bytes8(0x1111111111111111), hex"8080808401000000");
        bytes memory fields = bytes.concat(head, hex"94", bytes20(OTHER), hex"8080", Rlp.encodeList(addresses));
        fields = bytes.concat(fields, Rlp.encodeList(list), hex"80", hex"0101");
        _recordRaw(reason, bytes.concat(hex"04", Rlp.encodeList(fields)));
    }

    /// @dev An authorisation of 27 bytes without a zero.
    function _shortTuple() private pure returns (bytes memory) {
        return Rlp.encodeList(bytes.concat(hex"0194", bytes20(OTHER), hex"01010101"));
    }

    /// @dev The longest one that a chain with a number of 8 bytes can have: signed for another chain, it is void, but not
    /// before it is decoded.
    function _longTuple() private pure returns (bytes memory) {
        bytes memory word = bytes.concat(hex"a0", bytes32(type(uint256).max));
        bytes memory nonce = hex"881111111111111111";
        return Rlp.encodeList(bytes.concat(word, hex"94", bytes20(OTHER), nonce, hex"01", word, word));
    }

    function test_M0_AnAuthorization() external {
        // The chain's own number, so that the signer is recovered.
        Machine memory m = worstMachine(StepKinds.AUTH_RECOVER);
        bytes memory signed = bytes.concat(hex"88", bytes8(uint64(m.batch.chainId)), hex"94", bytes20(OTHER));
        signed = bytes.concat(signed, hex"881111111111111111");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(7, keccak256(bytes.concat(hex"05", Rlp.encodeList(signed))));
        bytes memory signature = bytes.concat(bytes1(v - 27 == 0 ? 0x80 : 0x01), hex"a0", r, hex"a0", s);
        bytes memory tuple = Rlp.encodeList(bytes.concat(signed, signature));
        DeepTree.Tree memory tree = DeepTree.around(bytes.concat(nonZeroBytes(31), tuple, nonZeroBytes(64)), 1000);
        tree.levels = CODE_LEVELS;
        (m.transaction.authCursor, m.transaction.authEnd) = (32 * 1000 + 31, RAW - 100);
        m.transaction.root = tree.root();
        bytes memory access = tree.viewBytes(0, m.transaction.authCursor, 133);
        record("AUTH_RECOVER", "a signer, from six words", m, access);
    }

    function test_M0_ApplyingAnAuthorization() external {
        this.recordApply("the authority has code of 24,576 bytes", nonZeroBytes(CODE));
        this.recordApply("a delegation takes the place of another", bytes.concat(hex"ef0100", bytes20(PAYER)));
    }

    function recordApply(string calldata reason, bytes memory code) external {
        Machine memory m = worstMachine(StepKinds.AUTH_APPLY);
        m.operation.scratch0 = bytes32(uint256(uint160(OTHER)));
        m.operation.scratch1 = bytes32(uint256(uint160(PAYER)));
        m.operation.scratch2 = bytes32(uint256(0x1111111111111111));
        (m.transaction.authCursor, m.transaction.authEnd) = (32 * 1000, RAW - 100);
        bytes memory cold = warmth(m, OTHER);
        bytes memory access = account(m, OTHER, keccak256(code));
        record("AUTH_APPLY", reason, m, bytes.concat(cold, access, bytes2(uint16(code.length)), code));
    }

    /// @dev External, so that each measurement begins with fresh memory.
    function recordDecoding(string calldata reason, bytes calldata data, bytes calldata list) external {
        bytes memory head = bytes.concat(hex"88", bytes8(0x1111111111111111), hex"8080", hex"8401000000");
        bytes memory fields = bytes.concat(head, hex"94", bytes20(OTHER), hex"80", Rlp.encodeString(data));
        fields = bytes.concat(fields, Rlp.encodeList(list), hex"80", hex"0101");
        _recordRaw(reason, bytes.concat(hex"01", Rlp.encodeList(fields)));
    }

    function test_M0_TheLargestLegacyTransaction() external {
        // Its chain id is signed without being a field: v = 35 + 2 * chainId.
        bytes memory head = bytes.concat(hex"80", hex"80", hex"8401000000", hex"94", bytes20(OTHER), hex"80");
        bytes memory fields =
            bytes.concat(head, Rlp.encodeString(nonZeroBytes(65_350)), hex"882222222222222245", hex"0101");
        _recordRaw("a legacy one, its data without a zero", Rlp.encodeList(fields));
    }

    function _recordRaw(string memory reason, bytes memory raw) private {
        assertLe(raw.length, RAW);
        assertGe(raw.length, RAW - 300);
        Machine memory m = worstMachine(StepKinds.TX_DECODE);
        TransactionState.clear(m.transaction);
        m.transaction.root = MerkleTree.rootOf(raw, MerkleTree.MEMORY_DEPTH);
        m.transaction.length = raw.length;
        m.block.baseFee = 0;
        record("TX_DECODE", reason, m, raw);
    }

    // ------------------------------------------------------------------------------------------------- its other steps

    function test_M0_AnItemOfTheAccessList() external {
        Machine memory m = worstMachine(StepKinds.TX_LIST);
        // 33 bytes of which the last is in the next word.
        uint256 position = 32 * 1000 + 31;
        (m.transaction.listCursor, m.transaction.listEnd) = (position, RAW - 100);
        (m.transaction.slotsEnd, m.transaction.listAddress) = (RAW - 100, OTHER);
        DeepTree.Tree memory tree = DeepTree.create(1000, CODE_LEVELS);
        bytes32 key = keccak256("slot");
        tree.set(1000, bytes32(uint256(0xa0)));
        tree.set(1001, key);
        m.transaction.root = tree.root();
        bytes memory access;
        (m.journal.warmSlots, access) = DeepProofs.parting(WorldState.slotKey(OTHER, key));
        record("TX_LIST", "a slot", m, bytes.concat(tree.viewBytes(0, position, 33), access));

        // 0xd6 ‖ 0x94 and the address ‖ 0xc0.
        tree.set(1000, bytes32(uint256(0xd6)));
        tree.set(1001, bytes32(bytes.concat(hex"94", bytes20(OTHER), hex"c0")));
        m.transaction.root = tree.root();
        (m.transaction.slotsEnd, m.transaction.listAddress) = (position, address(0));
        bytes memory cold = warmth(m, OTHER);
        record("TX_LIST", "an address", m, bytes.concat(tree.viewBytes(0, position, 33), cold));
    }

    function test_M0_TheStartAndTheEnd() external {
        Machine memory m = worstMachine(StepKinds.TX_START);
        record("TX_START", "nothing depends on the state", m, "");
        m = worstMachine(StepKinds.TX_END);
        m.operation.position = 555_555;
        record("TX_END", "nothing depends on the state", m, "");
    }
}
