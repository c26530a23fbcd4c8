// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {GameTest} from "./utils/GameTest.sol";
import {IRollup, Status} from "src/IRollup.sol";
import {Payload} from "src/commitment/Payload.sol";
import {BatchHeader} from "src/types/BatchHeader.sol";
import {Claim, Kind} from "src/types/Claim.sol";

/// @notice Posts through a contract, whose payload no node could read from the transaction.
contract Relay {
    function post(IRollup rollup, bytes calldata payload, bytes32 previous) external {
        rollup.post(payload, previous, 0, type(uint64).max);
    }
}

/// @notice Computes what a posting has to commit to, without the rollup.
contract PayloadRoot {
    function rootOf(bytes calldata payload) external pure returns (bytes32) {
        return Payload.rootOf(payload);
    }
}

/// @notice The inbox (R-1 to R-5).
contract RollupInboxTest is GameTest {
    bytes32 internal genesis;

    function setUp() public override {
        super.setUp();
        genesis = rollup.chainHash(0);
    }

    /// R-1.
    function testFuzz_PostCommitsToPayloadLengthAndTime(bytes calldata payload) public {
        BatchHeader memory header = BatchHeader({
            previous: genesis,
            payloadRoot: new PayloadRoot().rootOf(payload),
            payloadLength: uint32(payload.length),
            l1Time: uint64(block.timestamp)
        });
        bytes32 expected =
            keccak256(abi.encode(bytes32("Inbox"), genesis, header.payloadRoot, payload.length, block.timestamp));
        vm.expectEmit(address(rollup));
        emit IRollup.BatchPosted(1, expected, header);
        vm.prank(sequencer, sequencer);
        assertEq(rollup.post(payload, genesis, 0, type(uint64).max), 1);
        assertEq(rollup.batchCount(), 1);
        assertEq(rollup.chainHash(1), expected);
    }

    /// R-1: the genesis state is part of the chain.
    function test_ChainBeginsWithTheGenesisRoot() public view {
        assertEq(genesis, keccak256(abi.encode(bytes32("InboxGenesis"), GENESIS)));
        assertEq(rollup.finalStateRoot(0), bytes32(GENESIS), "R-17");
    }

    function test_RevertWhen_ThePayloadIsTooLong() public {
        vm.expectRevert(abi.encodeWithSelector(Payload.PayloadTooLong.selector, 131_073, 131_072));
        vm.prank(sequencer, sequencer);
        rollup.post(new bytes(131_073), genesis, 0, type(uint64).max);
    }

    /// R-2: a lost race or a reorg puts the batch on another parent.
    function test_RevertWhen_TheParentIsAnother() public {
        post(3);
        bytes32 actual = rollup.chainHash(1);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongChainHash.selector, 1, genesis, actual));
        vm.prank(sequencer, sequencer);
        rollup.post("abc", genesis, 0, type(uint64).max);
    }

    /// R-2: outside of the range the batch's block times would be moved.
    function test_RevertWhen_TheTimeIsOutOfRange() public {
        uint64 time = uint64(block.timestamp);
        uint64[2][2] memory ranges = [[time + 1, time + 2], [time - 2, time - 1]];
        for (uint256 i = 0; i < 2; ++i) {
            (uint64 notBefore, uint64 notAfter) = (ranges[i][0], ranges[i][1]);
            vm.expectRevert(abi.encodeWithSelector(IRollup.OutsideTimeRange.selector, time, notBefore, notAfter));
            vm.prank(sequencer, sequencer);
            rollup.post("abc", genesis, notBefore, notAfter);
        }
        vm.prank(sequencer, sequencer);
        rollup.post("abc", genesis, time, time);
    }

    /// R-3: a payload in an inner call.
    function test_RevertWhen_AContractPosts() public {
        Relay relay = new Relay();
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotCodelessOrigin.selector, address(relay)));
        vm.prank(sequencer, sequencer);
        relay.post(rollup, "abc", genesis);
    }

    /// R-3: an account with delegated code is origin and caller of an inner call at once (EIP-7702).
    function test_RevertWhen_ADelegatedAccountPosts() public {
        vm.etch(sequencer, abi.encodePacked(hex"ef0100", address(this)));
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotCodelessOrigin.selector, sequencer));
        vm.prank(sequencer, sequencer);
        rollup.post("abc", genesis, 0, type(uint64).max);
    }

    /// R-4: the inbox is the sequencer's while it is alive, and anyone's after.
    function test_RevertWhen_AStrangerPostsBeforeTheTimeout() public {
        post(3);
        bytes32 previous = rollup.chainHash(1);
        uint256 openFrom = block.timestamp + 1 days;
        vm.warp(openFrom - 1);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotSequencer.selector, stranger, openFrom));
        vm.prank(stranger, stranger);
        rollup.post("abc", previous, 0, type(uint64).max);
        vm.warp(openFrom);
        vm.prank(stranger, stranger);
        assertEq(rollup.post("abc", previous, 0, type(uint64).max), 2);
    }

    function test_RevertWhen_TheBatchDoesNotExist() public {
        vm.expectRevert(abi.encodeWithSelector(IRollup.UnknownBatch.selector, 1, 0));
        rollup.chainHash(1);
    }

    /// R-6: the proposal's (T_n, h(Δ_n)) in one call.
    function test_PostAndClaim() public {
        post(3);
        bytes32 previous = rollup.chainHash(1);
        bytes32 diffRoot = bytes32(uint256(7));
        vm.prank(sequencer, sequencer);
        (uint64 batch, bytes32 claimId) =
            rollup.postAndClaim{value: 1 ether}("abcd", previous, 0, type(uint64).max, diffRoot);
        assertEq(batch, 2);
        Claim memory expected = Claim({
            kind: Kind.Diffs, from: 1, to: 2, chainHash: rollup.chainHash(2), value: diffRoot, proposer: sequencer
        });
        assertEq(claimId, expected.idOf());
        assertTrue(rollup.record(claimId).status == Status.Live);
    }

    function test_RevertWhen_PostAndClaimBringsAnotherBond() public {
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongBond.selector, 1 ether, 1 ether - 1));
        vm.prank(sequencer, sequencer);
        rollup.postAndClaim{value: 1 ether - 1}("abc", genesis, 0, type(uint64).max, 0);
    }
}
