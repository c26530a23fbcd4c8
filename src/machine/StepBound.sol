// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ChainConfig} from "./IStepMachine.sol";

/// @title StepBound
/// @notice Limits under which every batch can be proved: each step in one transaction of L1 (M-0), and all of them in one
/// game (M-7). They are derived in docs/8-provability.md.
library StepBound {
    /// @dev Longest raw transaction whose TX_DECODE fits a transaction of L1.
    uint256 internal constant MAX_TRANSACTION_BYTES = 65_536;
    /// @dev Dearest call of a precompile that fits one at twice its price.
    uint256 internal constant MAX_PRECOMPILE_GAS = 6_000_000;

    uint256 private constant STEPS_PER_GAS = 2;
    /// @dev Of blocks and of transactions that are skipped: what the bytes of a payload alone can make.
    uint256 private constant PAYLOAD_STEPS = 1 << 18;

    error UnprovableLimit(string name, uint256 value, uint256 max);

    /// @notice Most steps of a batch that uses `gas` (M-7).
    function stepBound(uint256 gas) internal pure returns (uint256) {
        return STEPS_PER_GAS * gas + PAYLOAD_STEPS;
    }

    /// @notice Reverts if a chain with `config` can reach a step that L1 can't verify (M-0).
    function requireProvable(ChainConfig calldata config) internal pure {
        _requireAtMost("maxTransactionBytes", config.maxTransactionBytes, MAX_TRANSACTION_BYTES);
        _requireAtMost("precompileGasCap", config.precompileGasCap, MAX_PRECOMPILE_GAS);
    }

    function _requireAtMost(string memory name, uint256 value, uint256 max) private pure {
        require(value <= max, UnprovableLimit(name, value, max));
    }
}
