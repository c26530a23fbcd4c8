// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dictionary} from "../commitment/Dictionary.sol";
import {MerklePatricia} from "../commitment/MerklePatricia.sol";
import {StateDiff} from "../commitment/StateDiff.sol";
import {StateProof} from "../commitment/StateProof.sol";
import {Witness} from "./Witness.sol";
import {Machine} from "./state/MachineState.sol";

/// @notice An account as the batch sees it now, with what is needed to write it.
struct Account {
    uint256 nonce;
    uint256 balance;
    bytes32 codeHash;
    /// Its leaf in the running diff.
    Dictionary.Opening opening;
    StateDiff.AccountDiff part;
    /// The same account in the state before the batch.
    bool baseExists;
    StateProof.Account base;
}

/// @notice A storage slot as the batch sees it now, with what is needed to write it.
struct Slot {
    bytes32 value;
    bytes32 baseValue;
    bytes32 key;
    Account account;
    Dictionary.Opening opening;
}

/// @title WorldState
/// @notice Accounts, storage and the sets of the journal: the state before the batch under the running diff. A write is
/// normalised at once, so that the diff holds at every step exactly the keys whose value differs (docs/5-machine.md, 5.2).
library WorldState {
    using Witness for Witness.Cursor;
    using Dictionary for Dictionary.Opening;

    /// @dev keccak256 of nothing: the code hash of an account without code.
    bytes32 internal constant KECCAK_EMPTY = 0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470;

    /// @dev The account that holds the chain's own values, and its slot for the newest block (docs/2-batch.md).
    address internal constant SYSTEM_ACCOUNT = 0x0000F90827F1C53a10cb7A02335B175320002935;
    bytes32 internal constant HEAD_SLOT = bytes32(uint256(8191));
    /// @dev Block hashes that are kept.
    uint256 internal constant HISTORY_LENGTH = 8191;

    /// @dev The value of the keys of a set.
    bytes32 internal constant MEMBER = bytes32(uint256(1));

    error CodeHash(bytes32 expected, bytes32 computed);

    // ---------------------------------------------------------------------------------------------------- accounts

    /// @notice The account of `owner`.
    function openAccount(Machine memory m, address owner) internal pure returns (Account memory account) {
        bytes32 key = addressKey(owner);
        (account.opening, account.part) = StateDiff.open(m.cursor, m.journal.diffRoot, key);
        MerklePatricia.Opening memory base;
        (base, account.base) = StateProof.openAccount(m.cursor, m.batch.baseRoot, key);
        account.baseExists = base.present;

        if (account.part.kind == StateDiff.SET) {
            account.nonce = account.part.nonce;
            account.balance = account.part.balance;
            account.codeHash = account.part.codeHash;
        } else if (account.part.kind == StateDiff.DELETED) {
            account.codeHash = KECCAK_EMPTY;
        } else {
            account.nonce = account.base.nonce;
            account.balance = account.base.balance;
            account.codeHash = account.base.codeHash;
        }
    }

    /// @notice Makes the account's nonce, balance and code hash those of `account`.
    function writeAccount(Machine memory m, Account memory account) internal pure {
        StateDiff.AccountDiff memory part = account.part;
        bool empty = isEmpty(account);
        bool unchanged = account.nonce == account.base.nonce && account.balance == account.base.balance
            && account.codeHash == account.base.codeHash;

        // An account that ceases to exist takes what was written to its storage with it.
        if (empty) part.storageRoot = Dictionary.EMPTY;
        if (empty && account.baseExists) part.kind = StateDiff.DELETED;
        else part.kind = unchanged ? StateDiff.STORAGE_ONLY : StateDiff.SET;

        bool set = part.kind == StateDiff.SET;
        part.nonce = set ? uint64(account.nonce) : 0;
        part.balance = set ? account.balance : 0;
        part.codeHash = set ? account.codeHash : bytes32(0);
        m.journal.diffRoot = StateDiff.rootWith(account.opening, part);
    }

    /// @notice Whether the account is one that a state does not hold (EIP-161).
    function isEmpty(Account memory account) internal pure returns (bool) {
        return account.nonce == 0 && account.balance == 0 && account.codeHash == KECCAK_EMPTY;
    }

    /// @notice Whether the account has storage, so that no contract may be created there (EIP-7610).
    function hasStorage(Account memory account) internal pure returns (bool) {
        return account.base.storageRoot != MerklePatricia.EMPTY_ROOT || account.part.storageRoot != Dictionary.EMPTY;
    }

    /// @notice The code of `codeHash`, which the witness holds unless it is empty.
    function code(Machine memory m, bytes32 codeHash) internal pure returns (bytes calldata bytecode) {
        uint256 length = codeHash == KECCAK_EMPTY ? 0 : m.cursor.u16();
        bytecode = m.cursor.take(length);
        bytes32 computed = keccak256(bytecode);
        // INVARIANT: M-6, code is bound to the hash in its account.
        require(computed == codeHash, CodeHash(codeHash, computed));
    }

    // ----------------------------------------------------------------------------------------------------- storage

    /// @notice The slot `index` of `owner`.
    function openSlot(Machine memory m, address owner, bytes32 index) internal pure returns (Slot memory slot) {
        slot.account = openAccount(m, owner);
        slot.key = keccak256(abi.encode(index));
        slot.opening = Dictionary.open(m.cursor, slot.account.part.storageRoot, slot.key);
        (, slot.baseValue) = StateProof.openSlot(m.cursor, slot.account.base.storageRoot, slot.key);
        slot.value = _valueOf(slot.opening, slot.account.part.kind, slot.baseValue);
    }

    /// @notice Makes the slot's value `value`.
    function writeSlot(Machine memory m, Slot memory slot, bytes32 value) internal pure {
        StateDiff.AccountDiff memory part = slot.account.part;
        part.storageRoot = value == slot.baseValue ? slot.opening.rootWithout() : slot.opening.rootWith(value);
        m.journal.diffRoot = StateDiff.rootWith(slot.account.opening, part);
    }

    /// @notice The value that the slot had when the transaction started.
    function original(Machine memory m, Slot memory slot) internal pure returns (bytes32) {
        (Dictionary.Opening memory opening, StateDiff.AccountDiff memory part) =
            StateDiff.open(m.cursor, m.transaction.startDiffRoot, slot.account.opening.key);
        if (!opening.present) return slot.baseValue;
        if (part.kind == StateDiff.DELETED) return 0;
        return _valueOf(Dictionary.open(m.cursor, part.storageRoot, slot.key), part.kind, slot.baseValue);
    }

    function _valueOf(Dictionary.Opening memory opening, uint256 kind, bytes32 baseValue)
        private
        pure
        returns (bytes32)
    {
        if (opening.present) return opening.value;
        return kind == StateDiff.DELETED ? bytes32(0) : baseValue;
    }

    // ---------------------------------------------------------------------------------------- sets of the journal

    /// @notice Whether `target` is warm from the start of the transaction: precompiles, the sender, the recipient or the
    /// created address, and the fee recipient. Such an address is never in the set.
    function isWarmByRule(Machine memory m, address target) internal pure returns (bool) {
        return isPrecompile(target) || target == m.transaction.origin || target == m.transaction.to
            || target == m.batch.feeRecipient;
    }

    /// @notice Whether `target` is a precompile of Osaka: 0x01 to 0x11 and 0x100.
    function isPrecompile(address target) internal pure returns (bool) {
        uint256 number = uint160(target);
        return (number >= 1 && number <= 0x11) || number == 0x100;
    }

    /// @notice Whether an access of `target` is a cold one, and the root of the warm addresses after it.
    function accessAddress(Machine memory m, address target) internal pure returns (bool cold, bytes32 warmAddresses) {
        if (isWarmByRule(m, target)) return (false, m.journal.warmAddresses);
        return _insert(m, m.journal.warmAddresses, addressKey(target));
    }

    /// @notice Whether an access of the slot `index` of `owner` is a cold one, and the root of the warm slots after it.
    function accessSlot(Machine memory m, address owner, bytes32 index)
        internal
        pure
        returns (bool cold, bytes32 warmSlots)
    {
        return _insert(m, m.journal.warmSlots, slotKey(owner, index));
    }

    /// @notice The transient slot `index` of `owner`: absent means 0.
    function openTransient(Machine memory m, address owner, bytes32 index)
        internal
        pure
        returns (Dictionary.Opening memory)
    {
        return Dictionary.open(m.cursor, m.journal.transient, slotKey(owner, index));
    }

    /// @notice Whether `target` was created in this transaction, and the set with it.
    function openCreated(Machine memory m, address target) internal pure returns (Dictionary.Opening memory) {
        return Dictionary.open(m.cursor, m.journal.created, addressKey(target));
    }

    /// @notice The key of an address in the state, in the diff and in the sets.
    function addressKey(address target) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(target));
    }

    /// @notice The key of a slot in the sets of slots.
    function slotKey(address owner, bytes32 index) internal pure returns (bytes32) {
        return keccak256(abi.encode(owner, index));
    }

    /// @dev Whether `set` lacked `key`, and its root with it.
    function _insert(Machine memory m, bytes32 set, bytes32 key) private pure returns (bool added, bytes32 root) {
        Dictionary.Opening memory opening = Dictionary.open(m.cursor, set, key);
        if (opening.present) return (false, set);
        return (true, opening.rootWith(MEMBER));
    }
}
