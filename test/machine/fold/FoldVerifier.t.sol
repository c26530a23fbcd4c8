// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dictionary} from "../../../src/commitment/Dictionary.sol";
import {MerklePatricia} from "../../../src/commitment/MerklePatricia.sol";
import {StateDiff} from "../../../src/commitment/StateDiff.sol";
import {Witness} from "../../../src/machine/Witness.sol";
import {FoldVerifier} from "../../../src/machine/fold/FoldVerifier.sol";
import {Ffi} from "../../utils/Ffi.sol";

contract FoldVerifierTest is Ffi {
    struct Case {
        bytes32 preState;
        bytes32 postState;
        bytes witness;
    }

    FoldVerifier private immutable VERIFIER = new FoldVerifier();

    bytes private encodedCases;

    function setUp() external {
        encodedCases = ffi("FoldVerifier", "cases");
    }

    /// @dev The largest of the sample, as L1 would charge for a transaction with that witness, goes to snapshots/fold.json.
    function test_EveryStepIsTheProvers() external {
        Case[] memory cases = _cases();
        assertGt(cases.length, 60);
        (uint256 maxGas, uint256 maxBytes) = (0, 0);
        for (uint256 i = 0; i < cases.length; i++) {
            bytes memory witness = cases[i].witness;
            assertEq(VERIFIER.verifyStep(cases[i].preState, witness), cases[i].postState);
            uint256 gas = vm.lastCallGas().gasTotalUsed + 21_000 + 16 * witness.length;
            if (gas > maxGas) maxGas = gas;
            if (witness.length > maxBytes) maxBytes = witness.length;
        }
        vm.snapshotValue("fold", "largest step.gas", maxGas);
        vm.snapshotValue("fold", "largest step.bytes", maxBytes);
    }

    function test_RevertWhen_AnyByteOfAWitnessIsChanged() external view {
        Case[] memory cases = _cases();
        for (uint256 i = 0; i < cases.length; i += i < 8 ? 1 : 9) {
            Case memory c = cases[i];
            for (uint256 j = i % 3; j < c.witness.length; j += 3) {
                bytes1 byteBefore = c.witness[j];
                c.witness[j] = byteBefore ^ bytes1(uint8(1 << ((i + j) % 8)));
                _assertRefused(c);
                c.witness[j] = byteBefore;
            }
            bytes memory witness = c.witness;
            c.witness = bytes.concat(witness, hex"00");
            _assertRefused(c);
            assembly ("memory-safe") {
                mstore(witness, sub(mload(witness), 1))
            }
            c.witness = witness;
            _assertRefused(c);
        }
    }

    function test_RevertWhen_ThePreStateIsAnother() external {
        bytes32 preState = VERIFIER.startState(Dictionary.EMPTY, "state");
        bytes memory witness = abi.encodePacked(uint8(0), Dictionary.EMPTY, bytes32("another state"));
        bytes32 computed = VERIFIER.startState(Dictionary.EMPTY, "another state");
        vm.expectRevert(abi.encodeWithSelector(FoldVerifier.FoldPreState.selector, preState, computed));
        VERIFIER.verifyStep(preState, witness);
    }

    function testFuzz_AnEmptyDiffTakesOneStep(bytes32 stateRoot) external view {
        bytes32 preState = VERIFIER.startState(Dictionary.EMPTY, stateRoot);
        bytes memory witness = abi.encodePacked(uint8(0), Dictionary.EMPTY, stateRoot);
        assertEq(VERIFIER.verifyStep(preState, witness), VERIFIER.haltedState(stateRoot));
    }

    function testFuzz_AHaltedStateIsAFixedPoint(bytes32 stateRoot) external view {
        bytes32 halted = VERIFIER.haltedState(stateRoot);
        assertEq(VERIFIER.verifyStep(halted, abi.encodePacked(uint8(1), stateRoot)), halted);
    }

    function test_TheFaultIsAFixedPoint() external view {
        bytes32 fault = keccak256(abi.encode(bytes32("FoldFault")));
        assertEq(VERIFIER.verifyStep(fault, hex"02"), fault);
    }

    function test_StatesHaveTheirOwnTags() external view {
        bytes32 running = keccak256(abi.encode(bytes32("FoldRunning"), bytes32("diff"), bytes32("state")));
        assertEq(VERIFIER.startState("diff", "state"), running);
        assertEq(VERIFIER.haltedState("state"), keccak256(abi.encode(bytes32("FoldHalted"), bytes32("state"))));
    }

    /// @dev A running state can't be passed off as a fixed point.
    function test_RevertWhen_ARunningStateIsCalledHalted() external {
        bytes32 preState = VERIFIER.startState("diff", "state");
        bytes[3] memory witnesses = [abi.encodePacked(uint8(1), bytes32("state")), hex"02", hex""];
        bytes4[3] memory errors =
            [FoldVerifier.FoldPreState.selector, FoldVerifier.FoldPreState.selector, Witness.WitnessTooShort.selector];
        for (uint256 i = 0; i < 3; i++) {
            vm.expectPartialRevert(errors[i]);
            VERIFIER.verifyStep(preState, witnesses[i]);
        }
    }

    function test_RevertWhen_TheStatusIsUnknown() external {
        vm.expectRevert(abi.encodeWithSelector(FoldVerifier.FoldStatus.selector, 3));
        VERIFIER.verifyStep(0, hex"03");
    }

    /// @dev Two accounts set; the step must take the first, though the proof of the second is sound.
    function test_RevertWhen_TheEntryIsNotTheLeftmost() external {
        (bytes32 first, bytes32 second) = (bytes32(uint256(1)), bytes32(uint256(1) << 255));
        StateDiff.AccountDiff memory account =
            StateDiff.AccountDiff({kind: 1, nonce: 1, balance: 0, codeHash: "code", storageRoot: Dictionary.EMPTY});
        bytes32 digest = StateDiff.hash(account);
        bytes32[2] memory leaves = [Dictionary.hashLeaf(first, digest), Dictionary.hashLeaf(second, digest)];
        bytes32 diffRoot = Dictionary.hashNode(0, leaves[0], leaves[1]);
        bytes32 preState = VERIFIER.startState(diffRoot, MerklePatricia.EMPTY_ROOT);
        bytes memory record = abi.encodePacked(
            uint8(2), account.kind, account.nonce, account.balance, account.codeHash, account.storageRoot, uint16(1)
        );
        bytes memory head = abi.encodePacked(uint8(0), diffRoot, MerklePatricia.EMPTY_ROOT);

        bytes memory good = abi.encodePacked(head, first, record, uint8(0), leaves[1], uint8(0));
        VERIFIER.verifyStep(preState, good);
        bytes memory bad = abi.encodePacked(head, second, record, uint8(0), leaves[0], uint8(0));
        vm.expectRevert(abi.encodeWithSelector(FoldVerifier.FoldNotLeftmost.selector, second));
        VERIFIER.verifyStep(preState, bad);
    }

    /// @dev A slot of an account that is not the leftmost of its slots.
    function test_RevertWhen_TheSlotIsNotTheLeftmost() external {
        (bytes32 first, bytes32 second) = (bytes32(uint256(1)), bytes32(uint256(1) << 255));
        bytes32[2] memory leaves = [Dictionary.hashLeaf(first, "value"), Dictionary.hashLeaf(second, "value")];
        bytes32 storageRoot = Dictionary.hashNode(0, leaves[0], leaves[1]);
        bytes32 digest = StateDiff.hash(StateDiff.AccountDiff(0, 0, 0, 0, storageRoot));
        bytes32 diffRoot = Dictionary.hashLeaf("account", digest);
        bytes memory value = abi.encodePacked(hex"f8440101a0", MerklePatricia.EMPTY_ROOT, hex"a0", bytes32("code"));
        bytes memory leaf = abi.encodePacked(hex"f86aa120", bytes32("account"), hex"b846", value);
        bytes32 preState = VERIFIER.startState(diffRoot, keccak256(leaf));
        bytes memory head = abi.encodePacked(uint8(0), diffRoot, keccak256(leaf), bytes32("account"));
        head = abi.encodePacked(head, uint8(2), uint8(0), storageRoot, uint16(0), uint8(1), uint16(leaf.length), leaf);

        bytes memory entry = abi.encodePacked(uint8(2), bytes32("value"), uint16(1), uint8(0));
        VERIFIER.verifyStep(preState, abi.encodePacked(head, first, entry, leaves[1], uint8(0)));
        bytes memory bad = abi.encodePacked(head, second, entry, leaves[0], uint8(0));
        vm.expectRevert(abi.encodeWithSelector(FoldVerifier.FoldNotLeftmost.selector, second));
        VERIFIER.verifyStep(preState, bad);
    }

    function _assertRefused(Case memory c) private view {
        try VERIFIER.verifyStep(c.preState, c.witness) {
            revert("a corrupted witness was accepted");
        } catch {}
    }

    function _cases() private view returns (Case[] memory) {
        return abi.decode(encodedCases, (Case[]));
    }
}
