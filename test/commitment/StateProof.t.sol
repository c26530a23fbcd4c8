// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerklePatricia} from "../../src/commitment/MerklePatricia.sol";
import {Rlp} from "../../src/commitment/Rlp.sol";
import {StateProof} from "../../src/commitment/StateProof.sol";
import {Witness} from "../../src/machine/Witness.sol";
import {Brutalized} from "../utils/Brutalized.sol";
import {Test} from "forge-std/Test.sol";

contract StateProofTest is Test, Brutalized {
    using Witness for Witness.Cursor;
    using MerklePatricia for MerklePatricia.Opening;

    function openAccount(bytes calldata proof, bytes32 root, bytes32 key)
        external
        view
        brutalized
        returns (StateProof.Account memory account)
    {
        (, account) = StateProof.openAccount(Witness.open(proof), root, key);
    }

    function openSlot(bytes calldata proof, bytes32 root, bytes32 key, bytes32 newValue)
        external
        view
        brutalized
        returns (bytes32 value, bytes32 newRoot)
    {
        Witness.Cursor memory cursor = Witness.open(proof);
        MerklePatricia.Opening memory opening;
        (opening, value) = StateProof.openSlot(cursor, root, key);
        newRoot = StateProof.rootWithSlot(opening, cursor, newValue);
    }

    function rootWithAccount(bytes calldata proof, bytes32 root, bytes32 key, StateProof.Account calldata account)
        external
        view
        brutalized
        returns (bytes32)
    {
        (MerklePatricia.Opening memory opening,) = StateProof.openAccount(Witness.open(proof), root, key);
        return StateProof.rootWithAccount(opening, account);
    }

    function testFuzz_AnAccountThatWasPutIsOpened(bytes32 key, StateProof.Account calldata account) external view {
        bytes32 root = this.rootWithAccount(hex"00", MerklePatricia.EMPTY_ROOT, key, account);
        (bytes memory proof, bytes32 expected) = _trieOf(key, StateProof.encodeAccount(account));
        assertEq(root, expected);
        assertEq(abi.encode(this.openAccount(proof, root, key)), abi.encode(account));
    }

    function testFuzz_ASlotThatWasPutIsOpenedAndRemoved(bytes32 key, bytes32 value, uint256 shift) external view {
        value = value >> (shift % 256);
        vm.assume(value != 0);
        (, bytes32 root) = this.openSlot(hex"00", MerklePatricia.EMPTY_ROOT, key, value);
        (bytes memory proof, bytes32 expected) = _trieOf(key, Rlp.encodeInteger(uint256(value)));
        assertEq(root, expected);
        (bytes32 opened, bytes32 emptied) = this.openSlot(proof, root, key, 0);
        assertEq(opened, value);
        assertEq(emptied, MerklePatricia.EMPTY_ROOT);
    }

    function test_AnAbsentAccountIsTheEmptyAccount() external view {
        StateProof.Account memory account = this.openAccount(hex"00", MerklePatricia.EMPTY_ROOT, "key");
        assertEq(account.nonce, 0);
        assertEq(account.balance, 0);
        assertEq(account.codeHash, keccak256(""));
        assertEq(account.storageRoot, MerklePatricia.EMPTY_ROOT);
    }

    function test_RevertWhen_AnAccountHasAnotherForm() external {
        bytes memory one = hex"01";
        bytes memory word = bytes.concat(hex"a0", bytes32("word"));
        bytes[] memory values = new bytes[](7);
        values[0] = Rlp.encodeList(bytes.concat(one, one, word));
        values[1] = Rlp.encodeList(bytes.concat(one, one, word, word, one));
        values[2] = Rlp.encodeList(bytes.concat(hex"00", one, word, word));
        values[3] = Rlp.encodeList(bytes.concat(Rlp.encodeInteger(1 << 64), one, word, word));
        values[4] = Rlp.encodeList(bytes.concat(one, hex"a1", new bytes(33), word, word));
        values[5] = Rlp.encodeList(bytes.concat(one, one, hex"80", word));
        values[6] = bytes.concat(Rlp.encodeList(bytes.concat(one, one, word, word)), one);
        for (uint256 i = 0; i < values.length; i++) {
            (bytes memory proof, bytes32 root) = _trieOf("key", values[i]);
            vm.expectRevert(abi.encodeWithSelector(StateProof.StateProofAccount.selector, values[i]));
            this.openAccount(proof, root, "key");
        }
    }

    function test_RevertWhen_ASlotHasAnotherForm() external {
        bytes[6] memory values = [bytes(hex""), hex"80", hex"00", hex"820001", hex"0101", hex"c101"];
        for (uint256 i = 0; i < values.length; i++) {
            (bytes memory proof, bytes32 root) = _trieOf("key", values[i]);
            vm.expectRevert(abi.encodeWithSelector(StateProof.StateProofSlot.selector, values[i]));
            this.openSlot(proof, root, "key", 0);
        }
    }

    /// @dev The trie of one leaf, and the proof of it.
    function _trieOf(bytes32 key, bytes memory value) private pure returns (bytes memory proof, bytes32 root) {
        bytes memory leaf = Rlp.encodeList(bytes.concat(hex"a120", key, Rlp.encodeString(value)));
        return (abi.encodePacked(uint8(1), uint16(leaf.length), leaf), keccak256(leaf));
    }
}
