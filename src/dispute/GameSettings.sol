// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRollup} from "../IRollup.sol";
import {ChainConfig, IBatchMachine, IFoldMachine} from "../machine/IStepMachine.sol";
import {GameParameters, IDisputeGame} from "./IDisputeGame.sol";

/// @title GameSettings
/// @notice What is fixed when the games are deployed: parameters, machines, chain constants.
abstract contract GameSettings is IDisputeGame {
    /// @dev Longest time that is accepted for a clock or window, in seconds; keeps every sum of times far below 2^64.
    uint64 private constant MAX_DURATION = 365 days;
    uint64 private constant MIN_STEP_WINDOW = 1 days;
    /// @dev Most steps of a machine game; keeps the arithmetic of positions within 2^72.
    uint256 private constant MAX_STEPS = 1 << 63;

    IRollup internal immutable ROLLUP;
    IBatchMachine internal immutable BATCH_MACHINE;
    IFoldMachine internal immutable FOLD_MACHINE;
    uint8 internal immutable ARITY;
    uint8 internal immutable MAX_DEPTH;
    uint64 internal immutable CLOCK_ALLOWANCE;
    uint64 internal immutable CLOCK_INCREMENT;
    uint64 internal immutable STEP_WINDOW;
    uint128 internal immutable CHALLENGE_BOND;
    uint128 internal immutable DEPOSIT_GAS_PRICE;
    uint64 private immutable CHAIN_ID;
    address private immutable FEE_RECIPIENT;
    uint64 private immutable BLOCK_GAS_LIMIT;
    uint64 private immutable BATCH_GAS_LIMIT;
    uint32 private immutable MAX_TRANSACTION_BYTES;
    uint64 private immutable PRECOMPILE_GAS_CAP;

    /// @param rollup_ Address at which the rollup will be deployed; its constructor checks that it is.
    constructor(
        IRollup rollup_,
        IBatchMachine batchMachine_,
        IFoldMachine foldMachine_,
        ChainConfig memory config,
        GameParameters memory p
    ) {
        _requireParameters(p);
        require(address(rollup_) != address(0), InvalidParameter("rollup", 0));
        require(
            address(batchMachine_).code.length > 0, InvalidParameter("batchMachine", uint160(address(batchMachine_)))
        );
        require(address(foldMachine_).code.length > 0, InvalidParameter("foldMachine", uint160(address(foldMachine_))));
        // INVARIANT: D-12, an honest proposer can open the run of any batch. No fold of a true diff is longer.
        uint256 steps = uint256(p.arity) ** p.maxDepth;
        uint256 needed = batchMachine_.maxSteps(config);
        require(steps >= needed, GameTooShort(steps, needed));
        ROLLUP = rollup_;
        BATCH_MACHINE = batchMachine_;
        FOLD_MACHINE = foldMachine_;
        ARITY = p.arity;
        MAX_DEPTH = p.maxDepth;
        CLOCK_ALLOWANCE = p.clockAllowance;
        CLOCK_INCREMENT = p.clockIncrement;
        STEP_WINDOW = p.stepWindow;
        CHALLENGE_BOND = p.challengeBond;
        DEPOSIT_GAS_PRICE = p.depositGasPrice;
        CHAIN_ID = config.chainId;
        FEE_RECIPIENT = config.feeRecipient;
        BLOCK_GAS_LIMIT = config.blockGasLimit;
        BATCH_GAS_LIMIT = config.batchGasLimit;
        MAX_TRANSACTION_BYTES = config.maxTransactionBytes;
        PRECOMPILE_GAS_CAP = config.precompileGasCap;
    }

    /// @inheritdoc IDisputeGame
    function rollup() external view returns (address) {
        return address(ROLLUP);
    }

    /// @inheritdoc IDisputeGame
    function batchMachine() external view returns (address) {
        return address(BATCH_MACHINE);
    }

    /// @inheritdoc IDisputeGame
    function foldMachine() external view returns (address) {
        return address(FOLD_MACHINE);
    }

    /// @inheritdoc IDisputeGame
    function parameters() external view returns (GameParameters memory) {
        return GameParameters({
            arity: ARITY,
            maxDepth: MAX_DEPTH,
            clockAllowance: CLOCK_ALLOWANCE,
            clockIncrement: CLOCK_INCREMENT,
            stepWindow: STEP_WINDOW,
            challengeBond: CHALLENGE_BOND,
            depositGasPrice: DEPOSIT_GAS_PRICE
        });
    }

    /// @inheritdoc IDisputeGame
    function chainConfig() public view returns (ChainConfig memory) {
        return ChainConfig({
            chainId: CHAIN_ID,
            feeRecipient: FEE_RECIPIENT,
            blockGasLimit: BLOCK_GAS_LIMIT,
            batchGasLimit: BATCH_GAS_LIMIT,
            maxTransactionBytes: MAX_TRANSACTION_BYTES,
            precompileGasCap: PRECOMPILE_GAS_CAP
        });
    }

    function _requireParameters(GameParameters memory p) private pure {
        require(p.arity >= 2, InvalidParameter("arity", p.arity));
        bool fits = p.maxDepth > 0 && p.maxDepth < 32 && uint256(p.arity) ** p.maxDepth <= MAX_STEPS;
        require(fits, InvalidParameter("maxDepth", p.maxDepth));
        _requireDuration("clockAllowance", p.clockAllowance, 1);
        _requireDuration("clockIncrement", p.clockIncrement, 1);
        // INVARIANT: D-14.
        _requireDuration("stepWindow", p.stepWindow, MIN_STEP_WINDOW);
        require(p.challengeBond > 0, InvalidParameter("challengeBond", 0));
        // So that a deposit, at most 2^25 gas, fits 128 bits many times over.
        bool isPrice = p.depositGasPrice > 0 && p.depositGasPrice <= 1 ether;
        require(isPrice, InvalidParameter("depositGasPrice", p.depositGasPrice));
    }

    function _requireDuration(string memory name, uint64 value, uint64 min) private pure {
        require(value >= min && value <= MAX_DURATION, InvalidParameter(name, value));
    }
}
