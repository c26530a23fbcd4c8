// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Witness} from "../machine/Witness.sol";
import {Dictionary} from "./Dictionary.sol";

/// @title StateDiff
/// @notice The state diff of a batch, or the running one inside it: a dictionary from keccak256(address) to the digest
/// of an account's part, which holds the root of a dictionary from keccak256(slot) to the slot's new value (S-30 to
/// S-36).
library StateDiff {
    using Witness for Witness.Cursor;
    using Dictionary for Dictionary.Opening;

    /// @dev What changed of an account besides its storage: nothing, to a new triple, or from something to absent.
    uint8 internal constant STORAGE_ONLY = 0;
    uint8 internal constant SET = 1;
    uint8 internal constant DELETED = 2;

    bytes32 private constant ACCOUNT_TAG = "AccountDiff";

    /// @notice An account's part of a state diff.
    struct AccountDiff {
        uint8 kind;
        /// The new triple if `kind` is SET, else zeros.
        uint64 nonce;
        uint256 balance;
        bytes32 codeHash;
        /// The root of the dictionary of the slots that changed.
        bytes32 storageRoot;
    }

    error StateDiffKind(uint8 kind);

    /// @notice Checks the proof at the cursor that says what `diffRoot` has for an account. Of an account without a part,
    /// `account` is STORAGE_ONLY with no slot, which is what `rootWith` leaves out again.
    function open(Witness.Cursor memory cursor, bytes32 diffRoot, bytes32 accountKey)
        internal
        pure
        returns (Dictionary.Opening memory opening, AccountDiff memory account)
    {
        uint8 form = cursor.u8();
        bytes32 value;
        if (form == Dictionary.FORM_PRESENT) {
            account = decode(cursor);
            value = hash(account);
        } else {
            account.storageRoot = Dictionary.EMPTY;
        }
        opening = Dictionary.openPath(cursor, diffRoot, accountKey, form, value);
    }

    /// @notice The root after the opened account's part became `account`: without the account if nothing is left in it.
    function rootWith(Dictionary.Opening memory opening, AccountDiff memory account) internal pure returns (bytes32) {
        if (account.kind == STORAGE_ONLY && account.storageRoot == Dictionary.EMPTY) return opening.rootWithout();
        return opening.rootWith(hash(account));
    }

    /// @notice The digest that stands in the leaf of an account.
    function hash(AccountDiff memory account) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(ACCOUNT_TAG, account.kind, account.nonce, account.balance, account.codeHash, account.storageRoot)
        );
    }

    /// @notice The record at the cursor. A kind decides which fields follow it, so each part has one encoding.
    function decode(Witness.Cursor memory cursor) internal pure returns (AccountDiff memory account) {
        account.kind = cursor.u8();
        require(account.kind <= DELETED, StateDiffKind(account.kind));
        if (account.kind == SET) {
            account.nonce = cursor.u64();
            account.balance = cursor.u256();
            account.codeHash = cursor.word();
        }
        account.storageRoot = account.kind == DELETED ? Dictionary.EMPTY : cursor.word();
    }
}
