// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Players} from "./utils/Players.sol";
import {GameState} from "src/dispute/GameState.sol";
import {Claim} from "src/types/Claim.sol";

/// @notice Gas of each call of the rollup and of the ends of games, in snapshots/rollup.json: from cold storage, without
/// calldata and the 21,000 of a transaction.
contract RollupGasTest is Players {
    function setUp() public override {
        super.setUp();
        postMany(20);
    }

    function cold() internal {
        vm.cool(address(rollup));
        vm.cool(address(game));
    }

    function test_Post() public {
        bytes32 previous = rollup.chainHash(20);
        bytes memory payload = new bytes(100_000);
        cold();
        vm.prank(sequencer, sequencer);
        rollup.post("", previous, 0, type(uint64).max);
        vm.snapshotGasLastCall("rollup", "post, empty payload");
        previous = rollup.chainHash(21);
        cold();
        vm.prank(sequencer, sequencer);
        rollup.post(payload, previous, 0, type(uint64).max);
        vm.snapshotGasLastCall("rollup", "post, 100,000 bytes");
        previous = rollup.chainHash(22);
        cold();
        vm.prank(sequencer, sequencer);
        rollup.postAndClaim{value: 1 ether}("", previous, 0, type(uint64).max, bytes32(uint256(1)));
        vm.snapshotGasLastCall("rollup", "postAndClaim, empty payload");
    }

    function test_ClaimAndFinalize() public {
        bytes32 chainHash = rollup.chainHash(20);
        bytes32[] memory one = new bytes32[](1);
        bytes32[] memory many = new bytes32[](16);
        cold();
        vm.startPrank(proposer);
        rollup.claim{value: 1 ether}(19, chainHash, one);
        vm.snapshotGasLastCall("rollup", "claim, 1 batch");
        cold();
        rollup.claim{value: 1 ether}(4, chainHash, many);
        vm.snapshotGasLastCall("rollup", "claim, 16 batches");
        cold();
        rollup.checkpoint{value: 2 ether}(20, chainHash, bytes32(roots[20]));
        vm.snapshotGasLastCall("rollup", "checkpoint");
        vm.stopPrank();
        Claim memory target = claimDiffs(stranger, 18, 19, 0);
        skip(7 days);
        cold();
        rollup.finalize(target);
        vm.snapshotGasLastCall("rollup", "finalize");
        cold();
        vm.prank(stranger);
        rollup.withdraw(stranger);
        vm.snapshotGasLastCall("rollup", "withdraw");
    }

    function test_EndsOfGames() public {
        Claim memory target = claimDiffs(proposer, 19, 20, 2);
        GameState memory first = challenge(challenger, target, roots[19]);
        GameState memory second = challenge(stranger, target, roots[19]);
        vm.warp(first.deadline);
        cold();
        game.timeout(first);
        vm.snapshotGasLastCall("rollup", "timeout and conviction");
        cold();
        game.settle(second);
        vm.snapshotGasLastCall("rollup", "settle");
    }
}
