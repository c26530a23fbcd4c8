// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Witness} from "../machine/Witness.sol";
import {MerklePatricia} from "./MerklePatricia.sol";
import {Rlp} from "./Rlp.sol";

/// @title StateProof
/// @notice Proofs against a state root: accounts by keccak256(address), and slots of an account by keccak256(slot)
/// (S-2, S-59).
library StateProof {
    using Witness for Witness.Cursor;
    using Rlp for Rlp.Reader;
    using MerklePatricia for MerklePatricia.Opening;

    bytes32 internal constant EMPTY_CODE_HASH = keccak256("");

    /// @notice An account; one that the state doesn't have is the empty account.
    struct Account {
        uint64 nonce;
        uint256 balance;
        bytes32 storageRoot;
        bytes32 codeHash;
    }

    error StateProofAccount(bytes value);
    error StateProofSlot(bytes value);

    /// @notice Checks the proof at the cursor of an account, or of its absence, against `stateRoot`.
    function openAccount(Witness.Cursor memory cursor, bytes32 stateRoot, bytes32 accountKey)
        internal
        pure
        returns (MerklePatricia.Opening memory opening, Account memory account)
    {
        opening = MerklePatricia.open(cursor, stateRoot, accountKey);
        account = opening.present
            ? decodeAccount(opening.valueOf())
            : Account({nonce: 0, balance: 0, storageRoot: MerklePatricia.EMPTY_ROOT, codeHash: EMPTY_CODE_HASH});
    }

    /// @notice Checks the proof at the cursor of a slot against the storage root of its account; absent means 0.
    function openSlot(Witness.Cursor memory cursor, bytes32 storageRoot, bytes32 slotKey)
        internal
        pure
        returns (MerklePatricia.Opening memory opening, bytes32 value)
    {
        opening = MerklePatricia.open(cursor, storageRoot, slotKey);
        if (opening.present) value = decodeSlot(opening.valueOf());
    }

    /// @notice The state root after the opened account became `account`, which is not the empty account.
    function rootWithAccount(MerklePatricia.Opening memory opening, Account memory account)
        internal
        pure
        returns (bytes32)
    {
        return opening.rootWith(encodeAccount(account));
    }

    /// @notice The storage root after the opened slot was set; setting it to 0 removes it, for which the cursor may have
    /// to give another node.
    function rootWithSlot(MerklePatricia.Opening memory opening, Witness.Cursor memory cursor, bytes32 value)
        internal
        pure
        returns (bytes32)
    {
        return value == 0 ? opening.rootWithout(cursor) : opening.rootWith(Rlp.encodeInteger(uint256(value)));
    }

    /// @notice The account in a leaf of the state trie.
    function decodeAccount(bytes calldata value) internal pure returns (Account memory account) {
        Rlp.Reader memory reader = Rlp.open(value);
        Rlp.Reader memory fields = reader.list();
        account.nonce = uint64(fields.integer(8));
        account.balance = fields.integer(32);
        account.storageRoot = fields.word();
        account.codeHash = fields.word();
        // INVARIANT: S-59, an account has one encoding.
        require(reader.isDone() && fields.isDone(), StateProofAccount(value));
    }

    /// @notice What a leaf of the state trie holds for an account.
    function encodeAccount(Account memory account) internal pure returns (bytes memory) {
        return Rlp.encodeList(
            bytes.concat(
                Rlp.encodeInteger(account.nonce),
                Rlp.encodeInteger(account.balance),
                abi.encodePacked(uint8(0xa0), account.storageRoot, uint8(0xa0), account.codeHash)
            )
        );
    }

    /// @notice The value in a leaf of a storage trie.
    function decodeSlot(bytes calldata encoded) internal pure returns (bytes32 value) {
        Rlp.Reader memory reader = Rlp.open(encoded);
        value = bytes32(reader.integer(32));
        // INVARIANT: S-59, a value has one encoding, and a slot of value 0 is absent.
        require(reader.isDone() && value != 0, StateProofSlot(encoded));
    }
}
