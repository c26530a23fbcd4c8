// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {GameTest} from "./utils/GameTest.sol";
import {FinalState} from "src/FinalState.sol";
import {IRollup, Status} from "src/IRollup.sol";
import {Dictionary} from "src/commitment/Dictionary.sol";
import {MerklePatricia} from "src/commitment/MerklePatricia.sol";
import {StateDiff} from "src/commitment/StateDiff.sol";
import {StateProof} from "src/commitment/StateProof.sol";
import {Witness} from "src/machine/Witness.sol";
import {Claim} from "src/types/Claim.sol";

/// @notice Values proved on L1 against what is final (R-14, R-22, hazard 54): a diff and a state of one account with one slot.
contract FinalStateTest is GameTest {
    address internal constant ACCOUNT = address(0xabc);
    bytes32 internal constant SLOT = bytes32(uint256(3));
    bytes32 internal constant VALUE = bytes32(uint256(0x77));

    FinalState internal state;
    FinalState.FinalDiff internal diff;
    bytes32 internal storageDiff;

    function setUp() public override {
        super.setUp();
        state = new FinalState(rollup);
        post(3);
        storageDiff = Dictionary.hashLeaf(keccak256(abi.encode(SLOT)), VALUE);
        bytes32 digest = StateDiff.hash(partOf());
        bytes32[] memory values = new bytes32[](1);
        values[0] = Dictionary.hashLeaf(keccak256(abi.encodePacked(ACCOUNT)), digest);
        bytes32 chainHash = rollup.chainHash(1);
        vm.recordLogs();
        vm.prank(proposer);
        rollup.claim{value: 1 ether}(0, chainHash, values);
        Claim memory target = claimedIn(vm.getRecordedLogs());
        diff = FinalState.FinalDiff({claim: target, batch: 1, diffRoot: values[0], proof: ""});
    }

    function partOf() internal view returns (StateDiff.AccountDiff memory) {
        return StateDiff.AccountDiff({
            kind: StateDiff.SET, nonce: 5, balance: 6, codeHash: keccak256("code"), storageRoot: storageDiff
        });
    }

    /// @dev The path of length 0 to the only account's part.
    function accountWitness() internal view returns (bytes memory) {
        StateDiff.AccountDiff memory part = partOf();
        return
            abi.encodePacked(uint8(2), part.kind, part.nonce, part.balance, part.codeHash, part.storageRoot, uint16(0));
    }

    function test_ChangesOfAFinalDiff() public {
        finalizeAfterWindow(diff.claim);
        bytes memory witness = accountWitness();
        StateDiff.AccountDiff memory part = state.accountChange(diff, ACCOUNT, witness);
        assertEq(StateDiff.hash(part), StateDiff.hash(partOf()));
        witness = abi.encodePacked(witness, uint8(2), VALUE, uint16(0));
        (bool changed, bytes32 value) = state.slotChange(diff, ACCOUNT, SLOT, witness);
        assertTrue(changed);
        assertEq(value, VALUE);
    }

    /// Another account has no part: the path ends in the leaf of ACCOUNT.
    function test_WhatDidNotChange() public {
        finalizeAfterWindow(diff.claim);
        bytes memory witness =
            abi.encodePacked(uint8(1), keccak256(abi.encodePacked(ACCOUNT)), StateDiff.hash(partOf()), uint16(0));
        assertEq(state.accountChange(diff, stranger, witness).storageRoot, Dictionary.EMPTY);
        witness = abi.encodePacked(witness, uint8(0));
        (bool changed,) = state.slotChange(diff, stranger, SLOT, witness);
        assertFalse(changed);
    }

    function test_RevertWhen_TheClaimIsNotFinal() public {
        bytes memory witness = accountWitness();
        vm.expectRevert(abi.encodeWithSelector(IRollup.ClaimNotFinal.selector, diff.claim.idOf(), Status.Live));
        state.accountChange(diff, ACCOUNT, witness);
    }

    function test_RevertWhen_TheWitnessIsForged() public {
        finalizeAfterWindow(diff.claim);
        bytes memory witness = accountWitness();
        witness[40] ^= 0x01;
        vm.expectRevert();
        state.accountChange(diff, ACCOUNT, witness);
        witness = abi.encodePacked(accountWitness(), uint8(0));
        vm.expectRevert(abi.encodeWithSelector(Witness.WitnessTrailingBytes.selector, 1));
        state.accountChange(diff, ACCOUNT, witness);
    }

    function test_ValuesOfAFinalCheckpoint() public {
        // Tries of one leaf: list(hex-prefix of the whole key, value).
        bytes memory slotLeaf = leafOf(keccak256(abi.encode(SLOT)), hex"77");
        bytes memory account = StateProof.encodeAccount(
            StateProof.Account({nonce: 5, balance: 6, storageRoot: keccak256(slotLeaf), codeHash: keccak256("code")})
        );
        bytes memory accountLeaf =
            leafOf(keccak256(abi.encodePacked(ACCOUNT)), abi.encodePacked(hex"b8", uint8(account.length), account));
        bytes32 chainHash = rollup.chainHash(1);
        vm.recordLogs();
        vm.prank(proposer);
        rollup.checkpoint{value: 2 ether}(1, chainHash, keccak256(accountLeaf));
        finalizeAfterWindow(claimedIn(vm.getRecordedLogs()));

        bytes memory witness = abi.encodePacked(uint8(1), uint16(accountLeaf.length), accountLeaf);
        assertEq(state.accountAt(1, ACCOUNT, witness).balance, 6);
        assertEq(state.accountAt(1, stranger, witness).storageRoot, MerklePatricia.EMPTY_ROOT);
        witness = abi.encodePacked(witness, uint8(1), uint16(slotLeaf.length), slotLeaf);
        assertEq(state.slotAt(1, ACCOUNT, SLOT, witness), VALUE);
        vm.expectRevert(abi.encodeWithSelector(IRollup.StateRootNotFinal.selector, 2));
        state.accountAt(2, ACCOUNT, witness);
    }

    function leafOf(bytes32 key, bytes memory value) internal pure returns (bytes memory) {
        bytes memory items = abi.encodePacked(hex"a120", key, value);
        return items.length < 56
            ? abi.encodePacked(uint8(0xc0 + items.length), items)
            : abi.encodePacked(hex"f8", uint8(items.length), items);
    }
}
