// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {GameTest} from "./utils/GameTest.sol";
import {IRollup, RollupParameters} from "src/IRollup.sol";
import {Rollup} from "src/Rollup.sol";
import {DisputeGame} from "src/dispute/DisputeGame.sol";
import {GameParameters, IDisputeGame} from "src/dispute/IDisputeGame.sol";
import {ChainConfig, IBatchMachine, IFoldMachine} from "src/machine/IStepMachine.sol";
import {OneStepVerifier} from "src/machine/OneStepVerifier.sol";

/// @notice What the constructors refuse, and that what they take can be read back.
contract DeploymentTest is GameTest {
    function expectGameRefusal(string memory name, uint256 value, GameParameters memory p) internal {
        (IBatchMachine batch, IFoldMachine fold) = (IBatchMachine(address(machine)), IFoldMachine(address(machine)));
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.InvalidParameter.selector, name, value));
        new DisputeGame(rollup, batch, fold, chainConfig(), p);
    }

    function expectRollupRefusal(string memory name, uint256 value, RollupParameters memory p) internal {
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        DisputeGame refused = gameFor(next);
        vm.expectRevert(abi.encodeWithSelector(IRollup.InvalidParameter.selector, name, value));
        new Rollup(IDisputeGame(address(refused)), bytes32(GENESIS), p);
    }

    function gameFor(address rollup_) internal returns (DisputeGame) {
        IBatchMachine batch = IBatchMachine(address(machine));
        return new DisputeGame(IRollup(rollup_), batch, IFoldMachine(address(machine)), chainConfig(), gameParameters());
    }

    function test_ParametersAreReadBack() public view {
        assertEq(abi.encode(rollup.parameters()), abi.encode(rollupParameters()));
        assertEq(abi.encode(game.parameters()), abi.encode(gameParameters()));
        assertEq(abi.encode(game.chainConfig()), abi.encode(chainConfig()));
        assertEq(rollup.game(), address(game));
        assertEq(game.rollup(), address(rollup));
        assertEq(game.batchMachine(), address(machine));
        assertEq(game.foldMachine(), address(machine));
    }

    function test_RevertWhen_AGameParameterIsInvalid() public {
        GameParameters memory p = gameParameters();
        p.arity = 1;
        expectGameRefusal("arity", 1, p);
        p = gameParameters();
        (p.arity, p.maxDepth) = (64, 11);
        expectGameRefusal("maxDepth", 11, p);
        (p.arity, p.maxDepth) = (255, 255);
        expectGameRefusal("maxDepth", 255, p);
        p = gameParameters();
        p.maxDepth = 0;
        expectGameRefusal("maxDepth", 0, p);
        p = gameParameters();
        p.clockAllowance = 0;
        expectGameRefusal("clockAllowance", 0, p);
        p = gameParameters();
        p.clockIncrement = 365 days + 1;
        expectGameRefusal("clockIncrement", 365 days + 1, p);
        p = gameParameters();
        p.stepWindow = 1 days - 1;
        expectGameRefusal("stepWindow", 1 days - 1, p);
        p = gameParameters();
        p.challengeBond = 0;
        expectGameRefusal("challengeBond", 0, p);
        p = gameParameters();
        p.depositGasPrice = 0;
        expectGameRefusal("depositGasPrice", 0, p);
        p.depositGasPrice = 1 ether + 1;
        expectGameRefusal("depositGasPrice", 1 ether + 1, p);
    }

    function test_RevertWhen_ARollupParameterIsInvalid() public {
        RollupParameters memory p = rollupParameters();
        p.sequencer = address(0);
        expectRollupRefusal("sequencer", 0, p);
        p = rollupParameters();
        p.sequencerTimeout = 0;
        expectRollupRefusal("sequencerTimeout", 0, p);
        p = rollupParameters();
        p.maxClaimLength = (1 << 16) + 1;
        expectRollupRefusal("maxClaimLength", (1 << 16) + 1, p);
        p = rollupParameters();
        p.challengeWindow = 0;
        expectRollupRefusal("challengeWindow", 0, p);
        p = rollupParameters();
        p.checkpointWindow = p.challengeWindow - 1;
        expectRollupRefusal("checkpointWindow", p.checkpointWindow, p);
        p = rollupParameters();
        p.backingPeriod = 0;
        expectRollupRefusal("backingPeriod", 0, p);
        p = rollupParameters();
        p.checkpointBond = p.claimBond - 1;
        expectRollupRefusal("checkpointBond", p.checkpointBond, p);
        // R-8: at least ten challenge bonds.
        p = rollupParameters();
        p.claimBond = 10 * gameParameters().challengeBond - 1;
        expectRollupRefusal("claimBond", p.claimBond, p);
    }

    /// R-21: a game that serves another rollup.
    function test_RevertWhen_TheGameNamesAnotherRollup() public {
        DisputeGame foreign = gameFor(address(this));
        vm.expectRevert(
            abi.encodeWithSelector(IRollup.InvalidParameter.selector, "game", uint256(uint160(address(foreign))))
        );
        new Rollup(IDisputeGame(address(foreign)), bytes32(GENESIS), rollupParameters());
    }

    /// M-7: the real machine needs 2 * 536,739,840 + 2^18 = 32^6 steps, and a game has that many.
    function test_RevertWhen_ABatchCanHaveMoreStepsThanAGame() public {
        OneStepVerifier.Parts memory none;
        IBatchMachine batch = new OneStepVerifier(none);
        GameParameters memory p = gameParameters();
        (p.arity, p.maxDepth) = (32, 6);
        ChainConfig memory config = chainConfig();
        config.batchGasLimit = 536_739_840;
        new DisputeGame(rollup, batch, IFoldMachine(address(machine)), config, p);
        config.batchGasLimit++;
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.GameTooShort.selector, 1 << 30, (1 << 30) + 2));
        new DisputeGame(rollup, batch, IFoldMachine(address(machine)), config, p);
    }

    function test_RevertWhen_AMachineHasNoCode() public {
        IBatchMachine none = IBatchMachine(address(0xdead));
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.InvalidParameter.selector, "batchMachine", 0xdead));
        new DisputeGame(rollup, none, IFoldMachine(address(machine)), chainConfig(), gameParameters());
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.InvalidParameter.selector, "foldMachine", 0xdead));
        new DisputeGame(
            rollup, IBatchMachine(address(machine)), IFoldMachine(address(0xdead)), chainConfig(), gameParameters()
        );
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.InvalidParameter.selector, "rollup", 0));
        new DisputeGame(
            IRollup(address(0)),
            IBatchMachine(address(machine)),
            IFoldMachine(address(machine)),
            chainConfig(),
            gameParameters()
        );
    }
}
