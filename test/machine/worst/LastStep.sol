// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {GameTest} from "../../utils/GameTest.sol";
import {Verifiers} from "../utils/Verifiers.sol";
import {Vm} from "forge-std/Vm.sol";
import {GameState, Link} from "src/dispute/GameState.sol";
import {GameParameters, IDisputeGame} from "src/dispute/IDisputeGame.sol";
import {IBatchMachine, IFoldMachine} from "src/machine/IStepMachine.sol";
import {OneStepVerifier} from "src/machine/OneStepVerifier.sol";
import {FoldVerifier} from "src/machine/fold/FoldVerifier.sol";
import {Claim} from "src/types/Claim.sol";

/// @notice Takes a step as the last one of a real game, with the contracts as they are deployed, and proves it as L1
/// would have to: what a worst case costs is what that transaction costs.
contract LastStep is GameTest {
    /// @dev Of one transaction (EIP-7825), and of its calldata in the pools of L1.
    uint256 public constant MAX_GAS = 1 << 24;
    uint256 public constant MAX_BYTES = 117_964;

    uint256 private constant TRANSACTION = 21_000;
    uint160 private constant LAST_PRECOMPILE = 0x100;

    /// @dev What the proposer says follows: never right, so that the proof convicts, the dearest verdict.
    bytes32 private constant CLAIMED = "claimed";

    OneStepVerifier private _batchMachine;
    FoldVerifier private _foldMachine;
    GameState private _execution;
    GameState private _fold;

    error TooDear(uint256 gas, uint256 max);
    error TooLong(uint256 size, uint256 max);
    error NotProved(bytes reason);

    function setUp() public override {
        _batchMachine = Verifiers.deploy();
        _foldMachine = new FoldVerifier();
        super.setUp();
        post(5);
        _execution = _openBetweenSiblings(claimDiffs(proposer, 0, 1, 0));
        _fold = _chooseFold(_openBetweenSiblings(claimCheckpoint(proposer, 1, 0)));
    }

    function machines() internal view override returns (IBatchMachine, IFoldMachine) {
        return (_batchMachine, _foldMachine);
    }

    function gameParameters() internal view override returns (GameParameters memory p) {
        p = super.gameParameters();
        (p.arity, p.maxDepth) = (32, 6);
    }

    /// @notice Proves the step from `preState` in a game on `link`; reverts if L1 could not.
    /// @return gas Of the whole transaction, with the prices of all precompiles of L1 doubled.
    /// @return size Bytes of its calldata.
    function prove(Link link, bytes32 preState, bytes calldata witness) external returns (uint256 gas, uint256 size) {
        uint256 start = vm.snapshotState();
        GameState memory state = _playTo(link, preState);
        bytes memory data = abi.encodeCall(IDisputeGame.proveStep, (state, witness));
        size = data.length;
        require(size <= MAX_BYTES, TooLong(size, MAX_BYTES));
        uint256 ready = vm.snapshotState();
        vm.startStateDiffRecording();
        uint256 execution = _call(data, gasleft());
        uint256 precompiles = _priceOfPrecompiles(vm.stopAndReturnStateDiff());
        // A zero byte is one token of calldata, another one is four (EIP-7623).
        uint256 tokens = _tokens(data);
        gas = TRANSACTION + 4 * tokens + execution + precompiles;
        if (gas < TRANSACTION + 10 * tokens) gas = TRANSACTION + 10 * tokens;
        require(gas <= MAX_GAS, TooDear(gas, MAX_GAS));

        // Again with no more gas than there is: a call keeps a 64th back.
        vm.revertToState(ready);
        _call(data, MAX_GAS - TRANSACTION - 4 * tokens - precompiles);
        vm.revertToState(start);
    }

    function _call(bytes memory data, uint256 allowance) private returns (uint256 gas) {
        vm.cool(address(game));
        vm.cool(address(rollup));
        vm.cool(address(_batchMachine));
        vm.cool(address(_foldMachine));
        vm.cool(address(_batchMachine.COMPUTE()));
        vm.cool(address(_batchMachine.STATE()));
        vm.cool(address(_batchMachine.CALLS()));
        vm.cool(address(_batchMachine.BOUNDARY()));
        vm.cool(address(_batchMachine.BULK()));
        (bool ok, bytes memory reason) = address(game).call{gas: allowance}(data);
        gas = vm.lastCallGas().gasTotalUsed;
        require(ok, NotProved(reason));
    }

    /// @dev The second of three games on `target`: its proof is kept for its siblings and unlinks it from both.
    function _openBetweenSiblings(Claim memory target) private returns (GameState memory state) {
        bool isCheckpoint = target.value == bytes32(roots[1]);
        for (uint256 i = 0; i < 3; i++) {
            address by = i == 1 ? challenger : stranger;
            GameState memory opened = isCheckpoint
                ? play(by, abi.encodeCall(IDisputeGame.challengeCheckpoint, (target)))
                : challenge(by, target, GENESIS);
            if (i == 1) state = opened;
        }
    }

    function _chooseFold(GameState memory state) private returns (GameState memory) {
        state = play(proposer, abi.encodeCall(IDisputeGame.nameDiff, (state, bytes32(diffs[1]))));
        return play(challenger, abi.encodeCall(IDisputeGame.chooseLink, (state, Link.Fold)));
    }

    /// @dev The game with the step from `preState` to CLAIMED as its last.
    function _playTo(Link link, bytes32 preState) private returns (GameState memory state) {
        state = link == Link.Execution ? _execution : _fold;
        bytes32[] memory points = new bytes32[](31);
        (points[0], points[1]) = (preState, CLAIMED);
        state = play(proposer, abi.encodeCall(IDisputeGame.openSteps, (state, headers[1], 1, points)));
        return play(challenger, abi.encodeCall(IDisputeGame.selectStep, (state, 1)));
    }

    /// @dev What the calls of precompiles that succeeded cost. One that fails takes all gas that it is given: it is in the
    /// measurement, and at twice the price of L1 it would be given no more.
    function _priceOfPrecompiles(Vm.AccountAccess[] memory accesses) private view returns (uint256 price) {
        for (uint256 i = 0; i < accesses.length; i++) {
            uint160 number = uint160(accesses[i].account);
            if (number == 0 || number > LAST_PRECOMPILE) continue;
            (bool ok,) = accesses[i].account.staticcall{gas: MAX_GAS}(accesses[i].data);
            if (ok) price += vm.lastCallGas().gasTotalUsed;
        }
    }

    function _tokens(bytes memory data) private pure returns (uint256 sum) {
        for (uint256 i = 0; i < data.length; i++) {
            sum += data[i] == 0 ? 1 : 4;
        }
    }
}
