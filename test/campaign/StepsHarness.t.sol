// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StepsHarness} from "../../script/campaign/steps/StepsHarness.sol";
import {IStepMachine} from "../../src/machine/IStepMachine.sol";
import {Test} from "forge-std/Test.sol";

/// @notice Takes one witness from one state, whatever it is, and no other.
contract OneWitnessMachine is IStepMachine {
    bytes32 private immutable PRE_STATE;
    bytes32 private immutable WITNESS_HASH;

    error NotTheWitness();

    constructor(bytes32 preState, bytes memory witness) {
        PRE_STATE = preState;
        WITNESS_HASH = keccak256(witness);
    }

    function verifyStep(bytes32 preState, bytes calldata witness) external view returns (bytes32) {
        require(preState == PRE_STATE && keccak256(witness) == WITNESS_HASH, NotTheWitness());
        return keccak256("after");
    }
}

/// @notice A campaign finds nothing if its harness can't: every kind of corruption gives the bytes that it says, and a
/// verifier that takes them is caught.
contract StepsHarnessTest is Test {
    bytes32 private constant PRE = keccak256("before");
    bytes32 private constant POST = keccak256("after");
    bytes private constant WITNESS = hex"0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"
        hex"2122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142";
    bytes private constant OTHER = hex"a1a2a3a4a5";

    function test_AcceptsAStepOnlyWithItsOwnStateAfterIt() external {
        assertTrue(_check(PRE, WITNESS, PRE, POST, "").accepted);
        assertFalse(_check(PRE, WITNESS, PRE, PRE, "").accepted, "another state after");
        assertFalse(_check(PRE, WITNESS, POST, POST, "").accepted, "another state before");
        assertFalse(_check(PRE, OTHER, PRE, POST, "").accepted, "another witness");
    }

    function test_CatchesEveryKindOfCorruptionThatAVerifierTakes() external {
        bytes memory flipped = WITNESS;
        flipped[1] ^= 0x80;
        _assertCaught(_corruption(0, 8, 0), flipped);
        bytes memory set = WITNESS;
        set[65] = 0xff;
        _assertCaught(_corruption(1, 65, 0xff), set);
        _assertCaught(_corruption(2, 1, 32), bytes.concat(hex"01", hex"22", _slice(34, 66)));
        _assertCaught(_corruption(3, 2, 3), bytes.concat(_slice(0, 5), _slice(2, 66)));
        _assertCaught(_corruption(4, 34, 1), bytes.concat(_slice(0, 1), _slice(34, 66), _slice(33, 34), _slice(1, 33)));
        _assertCaught(_corruption(5, 33, 0), _slice(0, 33));
        _assertCaught(_corruption(5, 0, 0), "");
        _assertCaught(_corruption(6, 2, 7), bytes.concat(WITNESS, hex"0707"));
        _assertCaught(_corruption(7, 1, 0), OTHER);
        _assertCaught(_corruption(7, 1, 3), hex"010203a4a5");
    }

    function test_CatchesAVerifierThatTakesAnotherStateBefore() external {
        bytes32 other = PRE ^ bytes32(uint256(1 << 255));
        StepsHarness.Verdict memory verdict = _check(other, WITNESS, PRE, POST, _corruption(8, 255, 0));
        assertEq(verdict.falseAccepts, 1);
        assertEq(verdict.tried, 0, "the witness is the true one");
    }

    function test_DoesNotCountACorruptionThatChangesNothing() external {
        bytes memory corruptions = bytes.concat(_corruption(1, 0, 1), _corruption(4, 3, 3), _corruption(0, 0, 0));
        StepsHarness.Verdict memory verdict = _check(PRE, WITNESS, PRE, POST, corruptions);
        assertTrue(verdict.accepted);
        assertEq(verdict.tried, 1);
        assertEq(verdict.falseAccepts, 0);
    }

    /// @dev A verifier that takes the corrupted witness, and the true one too, is caught at the bit of the corruption.
    function _assertCaught(bytes memory corruption, bytes memory corrupted) private {
        bytes memory corruptions = bytes.concat(_corruption(6, 1, 1), corruption);
        StepsHarness.Verdict memory verdict = _check(PRE, corrupted, PRE, POST, corruptions);
        assertFalse(verdict.accepted, "takes the corrupted one only");
        assertEq(verdict.tried, 2);
        assertEq(verdict.falseAccepts, 2, vm.toString(corruption));
    }

    /// @dev What the harness says of WITNESS to a verifier that takes `taken` from `takenFrom`.
    function _check(
        bytes32 takenFrom,
        bytes memory taken,
        bytes32 preState,
        bytes32 postState,
        bytes memory corruptions
    ) private returns (StepsHarness.Verdict memory) {
        StepsHarness harness = new StepsHarness(new OneWitnessMachine(takenFrom, taken));
        StepsHarness.Step[] memory steps = new StepsHarness.Step[](2);
        steps[0] = StepsHarness.Step(preState, postState, WITNESS, corruptions);
        steps[1] = StepsHarness.Step(preState, postState, OTHER, "");
        return harness.check(steps)[0];
    }

    function _corruption(uint8 kind, uint32 a, uint32 b) private pure returns (bytes memory) {
        return abi.encodePacked(kind, a, b);
    }

    function _slice(uint256 from, uint256 to) private pure returns (bytes memory part) {
        part = new bytes(to - from);
        for (uint256 i = from; i < to; i++) {
            part[i - from] = WITNESS[i];
        }
    }
}
