// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dictionary} from "../../src/commitment/Dictionary.sol";
import {MerklePatricia} from "../../src/commitment/MerklePatricia.sol";
import {StateDiff} from "../../src/commitment/StateDiff.sol";
import {StateProof} from "../../src/commitment/StateProof.sol";
import {Witness} from "../../src/machine/Witness.sol";
import {Account as OpenAccount, WorldState} from "../../src/machine/WorldState.sol";
import {Machine} from "../../src/machine/state/MachineState.sol";
import {WitnessBuilder} from "./utils/WitnessBuilder.sol";
import {Test} from "forge-std/Test.sol";

/// @notice Reads and writes of one account on every kind of state: the diff after a write is the canonical one.
contract WorldStateTest is Test {
    /// @dev An account's triple.
    struct Triple {
        uint64 nonce;
        uint256 balance;
        bytes32 codeHash;
    }

    address private constant OWNER = address(0x0817);
    bytes32 private constant NO_CODE = WorldState.KECCAK_EMPTY;
    /// @dev The root of an inner dictionary: one slot was written.
    bytes32 private constant INNER = keccak256("inner");

    bytes32 private key = WorldState.addressKey(OWNER);

    function write(bytes32 baseRoot, bytes32 diffRoot, Triple memory triple, bytes calldata witness)
        external
        pure
        returns (Triple memory before, bool exists, bytes32 newDiffRoot)
    {
        Machine memory m;
        m.cursor = Witness.open(witness);
        m.batch.baseRoot = baseRoot;
        m.journal.diffRoot = diffRoot;
        OpenAccount memory account = m.openAccount(OWNER);
        Witness.done(m.cursor);
        before = Triple({nonce: uint64(account.nonce), balance: account.balance, codeHash: account.codeHash});
        exists = account.baseExists;
        (account.nonce, account.balance, account.codeHash) = (triple.nonce, triple.balance, triple.codeHash);
        m.writeAccount(account);
        newDiffRoot = m.journal.diffRoot;
    }

    // ---------------------------------------------------------------------------------------------- the triples used

    function _none() private pure returns (Triple memory) {
        return Triple({nonce: 0, balance: 0, codeHash: NO_CODE});
    }

    function _old() private pure returns (Triple memory) {
        return Triple({nonce: 4, balance: 5, codeHash: keccak256("code")});
    }

    function _new() private pure returns (Triple memory) {
        return Triple({nonce: 4, balance: 6, codeHash: keccak256("code")});
    }

    // ------------------------------------------------------------------------------------------- the parts of a diff

    function _storageOnly(bytes32 inner) private pure returns (StateDiff.AccountDiff memory part) {
        part.storageRoot = inner;
    }

    function _set(Triple memory triple, bytes32 inner) private pure returns (StateDiff.AccountDiff memory part) {
        (part.kind, part.storageRoot) = (StateDiff.SET, inner);
        (part.nonce, part.balance, part.codeHash) = (triple.nonce, triple.balance, triple.codeHash);
    }

    function _deleted() private pure returns (StateDiff.AccountDiff memory part) {
        (part.kind, part.storageRoot) = (StateDiff.DELETED, Dictionary.EMPTY);
    }

    /// @dev The diff whose only part is `part`: EMPTY for one that says nothing.
    function _diff(StateDiff.AccountDiff memory part) private view returns (bytes32 root, bytes memory proof) {
        bool says = part.kind != StateDiff.STORAGE_ONLY || part.storageRoot != Dictionary.EMPTY;
        if (!says) return (Dictionary.EMPTY, hex"00");
        return WitnessBuilder.singleAccount(key, part);
    }

    function _base(bool exists, Triple memory triple) private view returns (bytes32 root, bytes memory proof) {
        if (!exists) return (MerklePatricia.EMPTY_ROOT, hex"00");
        return WitnessBuilder.singleTrie(
            key,
            StateProof.encodeAccount(
                StateProof.Account({
                    nonce: triple.nonce,
                    balance: triple.balance,
                    storageRoot: MerklePatricia.EMPTY_ROOT,
                    codeHash: triple.codeHash
                })
            )
        );
    }

    /// @dev On an account that was `base` before the batch and of which the diff says `part`: it reads as `current`, and
    /// after `written` is written the diff says `expected`.
    function _check(
        bool exists,
        Triple memory base,
        StateDiff.AccountDiff memory part,
        Triple memory current,
        Triple memory written,
        StateDiff.AccountDiff memory expected
    ) private view {
        (bytes32 baseRoot, bytes memory baseProof) = _base(exists, base);
        (bytes32 diffRoot, bytes memory diffProof) = _diff(part);
        (Triple memory before, bool baseExists, bytes32 newDiffRoot) =
            this.write(baseRoot, diffRoot, written, bytes.concat(diffProof, baseProof));
        assertEq(abi.encode(before), abi.encode(current), "current");
        assertEq(baseExists, exists);
        (bytes32 expectedRoot,) = _diff(expected);
        assertEq(newDiffRoot, expectedRoot, "diff");
    }

    function test_AnAccountThatWasNotThere() external view {
        StateDiff.AccountDiff memory nothing = _storageOnly(Dictionary.EMPTY);
        _check(false, _none(), nothing, _none(), _new(), _set(_new(), Dictionary.EMPTY));
        _check(false, _none(), nothing, _none(), _none(), nothing);
        _check(false, _none(), _set(_old(), Dictionary.EMPTY), _old(), _new(), _set(_new(), Dictionary.EMPTY));
        _check(false, _none(), _set(_old(), INNER), _old(), _new(), _set(_new(), INNER));
        // What ceases to exist takes its storage with it.
        _check(false, _none(), _set(_old(), INNER), _old(), _none(), nothing);
    }

    function test_AnAccountThatWasThere() external view {
        StateDiff.AccountDiff memory nothing = _storageOnly(Dictionary.EMPTY);
        _check(true, _old(), nothing, _old(), _new(), _set(_new(), Dictionary.EMPTY));
        _check(true, _old(), nothing, _old(), _old(), nothing);
        _check(true, _old(), nothing, _old(), _none(), _deleted());
        _check(true, _old(), _set(_new(), Dictionary.EMPTY), _new(), _old(), nothing);
        _check(true, _old(), _set(_new(), Dictionary.EMPTY), _new(), _none(), _deleted());
    }

    function test_AnAccountWithStorageInTheDiff() external view {
        _check(true, _old(), _storageOnly(INNER), _old(), _new(), _set(_new(), INNER));
        _check(true, _old(), _storageOnly(INNER), _old(), _old(), _storageOnly(INNER));
        _check(true, _old(), _set(_new(), INNER), _new(), _old(), _storageOnly(INNER));
        _check(true, _old(), _set(_new(), INNER), _new(), _none(), _deleted());
        _check(true, _old(), _storageOnly(INNER), _old(), _none(), _deleted());
    }

    function test_AnAccountThatTheBatchHasDeleted() external view {
        StateDiff.AccountDiff memory nothing = _storageOnly(Dictionary.EMPTY);
        _check(true, _old(), _deleted(), _none(), _new(), _set(_new(), Dictionary.EMPTY));
        _check(true, _old(), _deleted(), _none(), _old(), nothing);
        _check(true, _old(), _deleted(), _none(), _none(), _deleted());
    }

    /// @dev EIP-161: a touch deletes an account that is there and empty.
    function test_AnEmptyAccountThatWasThere() external view {
        StateDiff.AccountDiff memory nothing = _storageOnly(Dictionary.EMPTY);
        _check(true, _none(), nothing, _none(), _none(), _deleted());
        _check(true, _none(), nothing, _none(), _new(), _set(_new(), Dictionary.EMPTY));
    }

    function testFuzz_ABalanceIsAWholeWord(uint256 balance) external view {
        Triple memory triple = Triple({nonce: 1, balance: balance, codeHash: NO_CODE});
        StateDiff.AccountDiff memory nothing = _storageOnly(Dictionary.EMPTY);
        _check(true, triple, nothing, triple, triple, nothing);
        _check(false, _none(), nothing, _none(), triple, _set(triple, Dictionary.EMPTY));
    }
}
