// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dictionary} from "../../../src/commitment/Dictionary.sol";
import {Rlp} from "../../../src/commitment/Rlp.sol";
import {StateDiff} from "../../../src/commitment/StateDiff.sol";
import {StateProof} from "../../../src/commitment/StateProof.sol";
import {WorldState} from "../../../src/machine/WorldState.sol";
import {Machine} from "../../../src/machine/state/MachineState.sol";
import {InstructionTest} from "../utils/InstructionTest.sol";
import {WitnessBuilder} from "../utils/WitnessBuilder.sol";

/// @notice SLOAD, SSTORE, TLOAD, TSTORE on a state that has one account, SELF, with one slot, 7, at most.
contract StorageTest is InstructionTest {
    bytes32 private constant SLOT = bytes32(uint256(7));
    bytes32 private constant CODE_HASH = keccak256("code");

    bytes32 private accountKey = WorldState.addressKey(SELF);
    bytes32 private slotKey = keccak256(abi.encode(SLOT));
    bytes32 private setKey = WorldState.slotKey(SELF, SLOT);

    /// @dev The proof of SELF and of its slot in the state before the batch.
    bytes private accountProof;
    bytes private slotProof;

    /// @dev SELF's slot 7 is `base` before the batch, `original` before the transaction and `current` now.
    function _machine(uint256 base, uint256 original, uint256 current, bool warm)
        private
        returns (Machine memory m, bytes memory slotAccess, bytes memory originalAccess)
    {
        m = machine();
        m.batch.baseRoot = _base(base);
        bytes memory diffProof;
        bytes memory innerProof;
        (m.journal.diffRoot, diffProof, innerProof) = _diff(base, current);
        slotAccess = bytes.concat(diffProof, accountProof, innerProof, slotProof);
        (m.transaction.startDiffRoot, diffProof, innerProof) = _diff(base, original);
        // A diff without the account has no inner dictionary to look into.
        originalAccess = original == base ? diffProof : bytes.concat(diffProof, innerProof);
        if (warm) m.journal.warmSlots = Dictionary.hashLeaf(setKey, WorldState.MEMBER);
    }

    function _base(uint256 value) private returns (bytes32 root) {
        bytes32 storageRoot = 0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421;
        slotProof = hex"00";
        if (value != 0) (storageRoot, slotProof) = WitnessBuilder.singleTrie(slotKey, Rlp.encodeInteger(value));
        StateProof.Account memory account =
            StateProof.Account({nonce: 1, balance: 0, storageRoot: storageRoot, codeHash: CODE_HASH});
        (root, accountProof) = WitnessBuilder.singleTrie(accountKey, StateProof.encodeAccount(account));
    }

    function _diff(uint256 base, uint256 value)
        private
        view
        returns (bytes32 root, bytes memory proof, bytes memory innerProof)
    {
        if (value == base) return (Dictionary.EMPTY, hex"00", hex"00");
        StateDiff.AccountDiff memory part;
        (part.storageRoot, innerProof) = WitnessBuilder.singleEntry(slotKey, bytes32(value));
        (root, proof) = WitnessBuilder.singleAccount(accountKey, part);
    }

    function _warmProof(bool warm) private pure returns (bytes memory) {
        return warm ? bytes.concat(hex"02", WorldState.MEMBER, hex"0000") : bytes(hex"00");
    }

    function test_Sload() external {
        code = hex"54";
        stack = list(uint256(SLOT));
        for (uint256 current = 0; current < 3; current++) {
            for (uint256 base = 0; base < 3; base++) {
                for (uint256 cold = 0; cold < 2; cold++) {
                    (Machine memory m, bytes memory slotAccess,) = _machine(base, base, current, cold == 0);
                    accesses = bytes.concat(_warmProof(cold == 0), slotAccess);
                    Machine memory expected = after_(m, 1, list(current), cold == 1 ? 2100 : 100);
                    expected.journal.warmSlots = Dictionary.hashLeaf(setKey, WorldState.MEMBER);
                    check(state, m, expected);
                }
            }
        }
    }

    function test_SloadHaltsBeforeItOpensTheSlot() external {
        code = hex"54";
        stack = list(uint256(SLOT));
        (Machine memory m,,) = _machine(1, 1, 1, false);
        m.frame.gas = 2099;
        accesses = _warmProof(false);
        check(state, m, halted(m));
    }

    /// @dev The cases of EIP-2200 with the numbers of EIP-3529: original, current, new, cost of a warm slot, refund.
    function test_Sstore() external {
        _store(0, 0, 0, 100, 0);
        _store(0, 0, 1, 20_000, 0);
        _store(0, 1, 0, 100, 19_900);
        _store(0, 1, 2, 100, 0);
        _store(0, 1, 1, 100, 0);
        _store(1, 1, 1, 100, 0);
        _store(1, 1, 0, 2900, 4800);
        _store(1, 1, 2, 2900, 0);
        _store(1, 0, 0, 100, 0);
        _store(1, 0, 1, 100, 2800 - 4800);
        _store(1, 0, 2, 100, -4800);
        _store(1, 2, 0, 100, 4800);
        _store(1, 2, 1, 100, 2800);
        _store(1, 2, 3, 100, 0);
        _store(1, 2, 2, 100, 0);
    }

    function _store(uint256 original, uint256 current, uint256 value, uint256 cost, int256 refund) private {
        code = hex"55";
        stack = list(value, uint256(SLOT));
        for (uint256 base = 0; base < 3; base++) {
            for (uint256 cold = 0; cold < 2; cold++) {
                (Machine memory m, bytes memory slotAccess, bytes memory originalAccess) =
                    _machine(base, original, current, cold == 0);
                m.journal.refund = 10_000;
                accesses = bytes.concat(_warmProof(cold == 0), slotAccess, originalAccess);
                Machine memory expected = after_(m, 2, list(), cost + (cold == 1 ? 2100 : 0));
                expected.journal.warmSlots = Dictionary.hashLeaf(setKey, WorldState.MEMBER);
                expected.journal.refund = uint256(10_000 + refund);
                // The diff after the write is the one of that value: the account's leaf vanishes with its last slot.
                (expected.journal.diffRoot,,) = _diff(base, value);
                check(state, m, expected);
                _haltsWithLess(m, cost + (cold == 1 ? 2100 : 0));
            }
        }
    }

    function _haltsWithLess(Machine memory m, uint256 cost) private view {
        if (cost <= 2300) return;
        m.frame.gas = cost - 1;
        check(state, m, halted(m));
    }

    function test_SstoreHaltsWithTheStipendOrLess() external {
        code = hex"55";
        stack = list(1, uint256(SLOT));
        (Machine memory m,,) = _machine(1, 1, 1, true);
        m.frame.gas = 2300;
        check(state, m, halted(m));
    }

    function test_SstoreHaltsInAStaticCall() external {
        code = hex"55";
        stack = list(1, uint256(SLOT));
        (Machine memory m,,) = _machine(1, 1, 1, true);
        m.frame.isStatic = true;
        check(state, m, halted(m));
    }

    function test_TransientStorage() external {
        bytes32 root = Dictionary.hashLeaf(setKey, bytes32(uint256(5)));
        bytes memory present = bytes.concat(hex"02", bytes32(uint256(5)), hex"0000");
        _transient(hex"5c", list(uint256(SLOT)), root, present, list(5), root);
        _transient(hex"5c", list(uint256(SLOT)), Dictionary.EMPTY, hex"00", list(0), Dictionary.EMPTY);
        _transient(hex"5d", list(5, uint256(SLOT)), Dictionary.EMPTY, hex"00", list(), root);
        _transient(hex"5d", list(0, uint256(SLOT)), root, present, list(), Dictionary.EMPTY);
        _transient(hex"5d", list(0, uint256(SLOT)), Dictionary.EMPTY, hex"00", list(), Dictionary.EMPTY);
    }

    function test_TstoreHaltsInAStaticCall() external {
        code = hex"5d";
        stack = list(1, 1);
        Machine memory m = machine();
        m.frame.isStatic = true;
        check(state, m, halted(m));
    }

    function _transient(
        bytes memory opcode,
        uint256[] memory items,
        bytes32 before,
        bytes memory proof,
        uint256[] memory results,
        bytes32 rootAfter
    ) private {
        code = opcode;
        stack = items;
        accesses = proof;
        Machine memory m = machine();
        m.journal.transient = before;
        Machine memory expected = after_(m, items.length, results, 100);
        expected.journal.transient = rootAfter;
        check(state, m, expected);
    }
}
