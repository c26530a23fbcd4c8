// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Counter, CounterMachine} from "./CounterMachine.sol";
import {Test} from "forge-std/Test.sol";
import {Vm} from "forge-std/Vm.sol";
import {IRollup, RollupParameters, Status} from "src/IRollup.sol";
import {Rollup} from "src/Rollup.sol";
import {DisputeGame} from "src/dispute/DisputeGame.sol";
import {GameState} from "src/dispute/GameState.sol";
import {GameParameters, IDisputeGame} from "src/dispute/IDisputeGame.sol";
import {ChainConfig, IBatchMachine, IFoldMachine} from "src/machine/IStepMachine.sol";
import {BatchHeader} from "src/types/BatchHeader.sol";
import {Claim, Kind} from "src/types/Claim.sol";

/// @notice A rollup on the toy machine, its honest chain, and players who send the deposit that the contract asks for.
abstract contract GameTest is Test {
    uint256 internal constant GENESIS = 1;

    Rollup internal rollup;
    DisputeGame internal game;
    CounterMachine internal machine;

    address internal sequencer = makeAddr("sequencer");
    address internal proposer = makeAddr("proposer");
    address internal challenger = makeAddr("challenger");
    address internal stranger = makeAddr("stranger");

    /// @dev The honest chain: roots[n] = S_n, diffs[n] = Δ_n, headers[n] = the preimage of A_n; index 0 is genesis.
    uint256[] internal roots;
    uint256[] internal diffs;
    BatchHeader[] internal headers;

    function setUp() public virtual {
        vm.warp(1_700_000_000);
        vm.fee(1 gwei);
        machine = new CounterMachine();
        deploy(gameParameters(), rollupParameters());
        roots.push(GENESIS);
        diffs.push(0);
        headers.push();
        address[4] memory players = [sequencer, proposer, challenger, stranger];
        for (uint256 i = 0; i < players.length; ++i) {
            vm.deal(players[i], 10_000 ether);
        }
    }

    // -------------------------------------------------------------- deployment

    function gameParameters() internal view virtual returns (GameParameters memory) {
        return GameParameters({
            arity: 4,
            maxDepth: 4,
            clockAllowance: 2 days,
            clockIncrement: 1 hours,
            stepWindow: 1 days,
            challengeBond: 0.1 ether,
            depositGasPrice: 10 gwei
        });
    }

    function rollupParameters() internal view virtual returns (RollupParameters memory) {
        return RollupParameters({
            sequencer: sequencer,
            sequencerTimeout: 1 days,
            maxClaimLength: 64,
            challengeWindow: 7 days,
            checkpointWindow: 8 days,
            backingPeriod: 3 days,
            claimBond: 1 ether,
            checkpointBond: 2 ether,
            convictionGas: 1_000_000,
            convictionTip: 1 gwei
        });
    }

    function chainConfig() internal pure returns (ChainConfig memory) {
        return ChainConfig({
            chainId: 1000,
            feeRecipient: address(0xfee),
            blockGasLimit: 30_000_000,
            batchGasLimit: 120_000_000,
            maxTransactionBytes: 65_536,
            precompileGasCap: 6_000_000
        });
    }

    /// @dev What the games are played about: the toy, unless a test says otherwise.
    function machines() internal view virtual returns (IBatchMachine, IFoldMachine) {
        return (machine, machine);
    }

    function deploy(GameParameters memory g, RollupParameters memory r) internal {
        address rollup_ = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        (IBatchMachine batchMachine, IFoldMachine foldMachine) = machines();
        game = new DisputeGame(IRollup(rollup_), batchMachine, foldMachine, chainConfig(), g);
        rollup = new Rollup(IDisputeGame(address(game)), bytes32(GENESIS), r);
    }

    // --------------------------------------------------------- inbox and claims

    /// @dev Posts a batch of `length` bytes and extends the honest chain.
    function post(uint256 length) internal returns (uint64 batch) {
        bytes memory payload = new bytes(length);
        bytes32 previous = rollup.chainHash(rollup.batchCount());
        vm.recordLogs();
        vm.prank(sequencer, sequencer);
        batch = rollup.post(payload, previous, 0, type(uint64).max);
        BatchHeader memory header = abi.decode(vm.getRecordedLogs()[0].data, (BatchHeader));
        extend(header, length);
    }

    function extend(BatchHeader memory header, uint256 length) internal {
        uint256 root = roots[roots.length - 1];
        uint256 diff = Counter.diff(root, length);
        roots.push(root + diff);
        diffs.push(diff);
        headers.push(header);
    }

    function postMany(uint256 count) internal {
        for (uint256 i = 0; i < count; ++i) {
            post(5 + i % 4);
        }
    }

    /// @dev A claim of `by` on (from, to], true but for `lie` that is added to the last diff.
    function claimDiffs(address by, uint64 from, uint64 to, uint256 lie) internal returns (Claim memory target) {
        bytes32[] memory values = new bytes32[](to - from);
        for (uint64 n = from + 1; n <= to; ++n) {
            values[n - from - 1] = bytes32(diffs[n]);
        }
        values[values.length - 1] = bytes32(diffs[to] + lie);
        bytes32 chainHash = rollup.chainHash(to);
        uint128 bond = rollup.parameters().claimBond;
        vm.recordLogs();
        vm.prank(by);
        rollup.claim{value: bond}(from, chainHash, values);
        return claimedIn(vm.getRecordedLogs());
    }

    function claimCheckpoint(address by, uint64 batch, uint256 lie) internal returns (Claim memory target) {
        bytes32 chainHash = rollup.chainHash(batch);
        uint128 bond = rollup.parameters().checkpointBond;
        vm.recordLogs();
        vm.prank(by);
        rollup.checkpoint{value: bond}(batch, chainHash, bytes32(roots[batch] + lie));
        return claimedIn(vm.getRecordedLogs());
    }

    function claimedIn(Vm.Log[] memory logs) internal pure returns (Claim memory target) {
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != IRollup.Claimed.selector) continue;
            (target,,,) = abi.decode(logs[i].data, (Claim, uint64, uint128, bytes32[]));
        }
    }

    function statusOf(Claim memory target) internal view returns (Status) {
        return rollup.record(target.idOf()).status;
    }

    function finalizeAfterWindow(Claim memory target) internal {
        skip(target.kind == Kind.Checkpoint ? 8 days : 7 days);
        rollup.finalize(target);
    }

    // ------------------------------------------------------------------- games

    /// @dev Challenges the last batch of a claim of one batch.
    function challenge(Claim memory target, uint256 preStateRoot) internal returns (GameState memory) {
        return challenge(challenger, target, preStateRoot);
    }

    function challenge(address by, Claim memory target, uint256 preStateRoot) internal returns (GameState memory) {
        return play(
            by,
            abi.encodeCall(IDisputeGame.challengeClaim, (target, target.to, target.value, "", bytes32(preStateRoot)))
        );
    }

    function challengeCheckpoint(Claim memory target) internal returns (GameState memory) {
        return play(challenger, abi.encodeCall(IDisputeGame.challengeCheckpoint, (target)));
    }

    /// @dev Makes a move with the value that the game asks for, and returns the state that it emits.
    function play(address by, bytes memory data) internal returns (GameState memory) {
        uint256 value = priceOf(by, data);
        vm.recordLogs();
        vm.prank(by);
        (bool ok, bytes memory result) = address(game).call{value: value}(data);
        if (!ok) bubble(result);
        return stateIn(vm.getRecordedLogs());
    }

    /// @dev The value that a move has to send, as the game itself says it.
    function priceOf(address by, bytes memory data) internal returns (uint256 expected) {
        uint256 snapshot = vm.snapshotState();
        vm.prank(by);
        (bool ok, bytes memory result) = address(game).call(data);
        vm.revertToState(snapshot);
        if (ok) return 0;
        if (bytes4(result) != IDisputeGame.WrongDeposit.selector) bubble(result);
        assembly {
            expected := mload(add(result, 36))
        }
    }

    function bubble(bytes memory result) internal pure {
        assembly {
            revert(add(result, 32), mload(result))
        }
    }

    /// @dev The last game state in the logs: all that a player needs who restarts.
    function stateIn(Vm.Log[] memory logs) internal pure returns (GameState memory state) {
        for (uint256 i = 0; i < logs.length; ++i) {
            bytes32 topic = logs[i].topics[0];
            if (topic != IDisputeGame.GameOpened.selector && topic != IDisputeGame.Moved.selector) continue;
            state = abi.decode(logs[i].data, (GameState));
        }
    }
}
