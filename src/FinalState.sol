// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRollup} from "./IRollup.sol";
import {Dictionary} from "./commitment/Dictionary.sol";
import {StateDiff} from "./commitment/StateDiff.sol";
import {StateProof} from "./commitment/StateProof.sol";
import {Witness} from "./machine/Witness.sol";
import {Claim} from "./types/Claim.sol";

/// @title FinalState
/// @notice Proves single values of the L2 on L1, for contracts that act on them (a withdrawal): what a batch changed, by a
/// final claim, at once; or what the whole state holds, by a final checkpoint (R-22).
/// @dev Warning: a diff says what a batch changed, not what later batches left of it.
contract FinalState {
    using Witness for Witness.Cursor;

    /// @notice A diff root of a final claim.
    struct FinalDiff {
        Claim claim;
        uint64 batch;
        bytes32 diffRoot;
        /// The Merkle proof of `diffRoot` in the claim's value; empty if the claim is about one batch.
        bytes proof;
    }

    IRollup private immutable ROLLUP;

    constructor(IRollup rollup_) {
        ROLLUP = rollup_;
    }

    function rollup() external view returns (address) {
        return address(ROLLUP);
    }

    /// @notice What a batch changed of an account.
    /// @param witness The proof of keccak256(account) in the diff.
    /// @return part STORAGE_ONLY and the root of no slots if nothing changed.
    function accountChange(FinalDiff calldata diff, address account, bytes calldata witness)
        external
        view
        returns (StateDiff.AccountDiff memory part)
    {
        Witness.Cursor memory cursor = Witness.open(witness);
        part = _openPart(diff, account, cursor);
        cursor.done();
    }

    /// @notice What a batch changed of a slot.
    /// @param witness The proof of keccak256(account) in the diff, then that of keccak256(slot) in the account's part.
    /// @return changed Whether the batch changed the slot.
    /// @return value The new value, if it did.
    function slotChange(FinalDiff calldata diff, address account, bytes32 slot, bytes calldata witness)
        external
        view
        returns (bool changed, bytes32 value)
    {
        Witness.Cursor memory cursor = Witness.open(witness);
        StateDiff.AccountDiff memory part = _openPart(diff, account, cursor);
        Dictionary.Opening memory opening = Dictionary.open(cursor, part.storageRoot, keccak256(abi.encode(slot)));
        cursor.done();
        return (opening.present, opening.value);
    }

    /// @notice An account in a final checkpoint; the empty account if the state doesn't have it.
    /// @param witness The proof of keccak256(account) in the state trie.
    function accountAt(uint64 checkpoint, address account, bytes calldata witness)
        external
        view
        returns (StateProof.Account memory value)
    {
        Witness.Cursor memory cursor = Witness.open(witness);
        (, value) = StateProof.openAccount(cursor, ROLLUP.finalStateRoot(checkpoint), _keyOf(account));
        cursor.done();
    }

    /// @notice A slot in a final checkpoint.
    /// @param witness The proof of keccak256(account) in the state trie, then that of keccak256(slot) in the account's.
    function slotAt(uint64 checkpoint, address account, bytes32 slot, bytes calldata witness)
        external
        view
        returns (bytes32 value)
    {
        Witness.Cursor memory cursor = Witness.open(witness);
        bytes32 stateRoot = ROLLUP.finalStateRoot(checkpoint);
        (, StateProof.Account memory owner) = StateProof.openAccount(cursor, stateRoot, _keyOf(account));
        (, value) = StateProof.openSlot(cursor, owner.storageRoot, keccak256(abi.encode(slot)));
        cursor.done();
    }

    function _openPart(FinalDiff calldata diff, address account, Witness.Cursor memory cursor)
        private
        view
        returns (StateDiff.AccountDiff memory part)
    {
        // INVARIANT: R-14, only what is final is law.
        ROLLUP.requireFinalDiff(diff.claim, diff.batch, diff.diffRoot, diff.proof);
        (, part) = StateDiff.open(cursor, diff.diffRoot, _keyOf(account));
    }

    function _keyOf(address account) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(account));
    }
}
