// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dictionary} from "../../commitment/Dictionary.sol";
import {MerklePatricia} from "../../commitment/MerklePatricia.sol";
import {StateDiff} from "../../commitment/StateDiff.sol";
import {StateProof} from "../../commitment/StateProof.sol";
import {IFoldMachine, IStepMachine} from "../IStepMachine.sol";
import {Witness} from "../Witness.sol";
import {FoldState} from "./FoldState.sol";

/// @title FoldVerifier
/// @notice Verifies one step of the machine that applies a state diff to a state root (S-60 to S-66): the leftmost
/// account's own part, or its leftmost slot, goes from the diff into the state.
contract FoldVerifier is IFoldMachine {
    using Witness for Witness.Cursor;
    using Dictionary for Dictionary.Opening;
    using MerklePatricia for MerklePatricia.Opening;

    /// @dev First byte of a witness: which preimage of the state follows.
    uint8 private constant RUNNING = 0;
    uint8 private constant HALTED = 1;
    uint8 private constant FAULT = 2;

    error FoldStatus(uint8 status);
    error FoldPreState(bytes32 expected, bytes32 computed);
    error FoldNotLeftmost(bytes32 key);

    /// @inheritdoc IFoldMachine
    function startState(bytes32 diffRoot, bytes32 stateRoot) external pure returns (bytes32) {
        return FoldState.hashRunning(diffRoot, stateRoot);
    }

    /// @inheritdoc IFoldMachine
    function haltedState(bytes32 stateRoot) external pure returns (bytes32) {
        return FoldState.hashHalted(stateRoot);
    }

    /// @inheritdoc IStepMachine
    function verifyStep(bytes32 preState, bytes calldata witness) external pure returns (bytes32 postState) {
        Witness.Cursor memory cursor = Witness.open(witness);
        uint8 status = cursor.u8();
        require(status <= FAULT, FoldStatus(status));
        if (status == RUNNING) {
            bytes32 diffRoot = cursor.word();
            bytes32 stateRoot = cursor.word();
            _requirePreState(preState, FoldState.hashRunning(diffRoot, stateRoot));
            postState = _step(cursor, diffRoot, stateRoot);
        } else {
            // INVARIANT: S-61, a halted state and the fault are fixed points.
            postState = status == HALTED ? FoldState.hashHalted(cursor.word()) : FoldState.hashFault();
            _requirePreState(preState, postState);
        }
        cursor.done();
    }

    function _step(Witness.Cursor memory cursor, bytes32 diffRoot, bytes32 stateRoot) private pure returns (bytes32) {
        if (diffRoot == Dictionary.EMPTY) return FoldState.hashHalted(stateRoot);

        bytes32 accountKey = cursor.word();
        (Dictionary.Opening memory part, StateDiff.AccountDiff memory diff) =
            StateDiff.open(cursor, diffRoot, accountKey);
        _requireLeftmost(part);
        if (_isMalformed(diff)) return FoldState.hashFault();

        (MerklePatricia.Opening memory leaf, StateProof.Account memory account) =
            StateProof.openAccount(cursor, stateRoot, accountKey);
        // INVARIANT: S-63, what is deleted, or has slots changed, is there.
        if (diff.kind != StateDiff.SET && !leaf.present) return FoldState.hashFault();

        if (diff.kind == StateDiff.DELETED) {
            return FoldState.hashRunning(part.rootWithout(), leaf.rootWithout(cursor));
        }
        if (diff.kind == StateDiff.SET) {
            (account.nonce, account.balance, account.codeHash) = (diff.nonce, diff.balance, diff.codeHash);
            (diff.kind, diff.nonce, diff.balance, diff.codeHash) = (StateDiff.STORAGE_ONLY, 0, 0, 0);
        } else {
            _moveSlot(cursor, diff, account);
        }
        return FoldState.hashRunning(StateDiff.rootWith(part, diff), StateProof.rootWithAccount(leaf, account));
    }

    /// @dev Takes the leftmost slot out of `diff` and writes it to the storage of `account`.
    function _moveSlot(
        Witness.Cursor memory cursor,
        StateDiff.AccountDiff memory diff,
        StateProof.Account memory account
    ) private pure {
        bytes32 slotKey = cursor.word();
        Dictionary.Opening memory change = Dictionary.open(cursor, diff.storageRoot, slotKey);
        _requireLeftmost(change);
        (MerklePatricia.Opening memory slot,) = StateProof.openSlot(cursor, account.storageRoot, slotKey);
        account.storageRoot = StateProof.rootWithSlot(slot, cursor, change.value);
        diff.storageRoot = change.rootWithout();
    }

    /// @dev S-63: a part that no canonical diff has, whatever the state is.
    function _isMalformed(StateDiff.AccountDiff memory diff) private pure returns (bool) {
        if (diff.kind == StateDiff.STORAGE_ONLY) return diff.storageRoot == Dictionary.EMPTY;
        if (diff.kind == StateDiff.DELETED) return false;
        return diff.nonce == 0 && diff.balance == 0 && diff.codeHash == StateProof.EMPTY_CODE_HASH;
    }

    function _requireLeftmost(Dictionary.Opening memory opening) private pure {
        // INVARIANT: S-62, a step takes the entry with the smallest key.
        require(opening.present && opening.isLeftmost(), FoldNotLeftmost(opening.key));
    }

    function _requirePreState(bytes32 preState, bytes32 computed) private pure {
        require(computed == preState, FoldPreState(preState, computed));
    }
}
