// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Gas} from "../Gas.sol";
import {View} from "../MemoryTree.sol";
import {StepKinds} from "../StepKinds.sol";
import {Ripemd160Block} from "../bulk/Ripemd160Block.sol";
import {Sha256Block} from "../bulk/Sha256Block.sol";
import {Machine} from "../state/MachineState.sol";
import {Operation} from "../state/Operation.sol";
import {Delegated} from "./Delegated.sol";
import {Ecrecover} from "./Ecrecover.sol";

/// @title Precompile
/// @notice The first step of a precompile: its charge, and its result or the bulk operation that computes it.
library Precompile {
    uint256 private constant ECRECOVER = 1;
    uint256 private constant SHA256 = 2;
    uint256 private constant RIPEMD160 = 3;
    uint256 private constant IDENTITY = 4;

    /// @notice PRECOMPILE.
    function stepPrecompile(Machine memory m) internal view {
        uint256 number = uint160(m.frame.target);
        if (number > IDENTITY) return Delegated.runDelegated(m, number);
        if (!m.charge(_cost(number, Gas.words(m.frame.calldataLength)))) return;
        if (number == ECRECOVER) return Ecrecover.runEcrecover(m);
        if (number == IDENTITY) return _startCopy(m);
        bool isSha256 = number == SHA256;
        m.setOperation(isSha256 ? StepKinds.SHA256 : StepKinds.RIPEMD160);
        m.setSource(m.calldataView());
        m.operation.scratch0 = bytes32(isSha256 ? Sha256Block.INITIAL : Ripemd160Block.INITIAL);
    }

    function _cost(uint256 number, uint256 words) private pure returns (uint256) {
        if (number == ECRECOVER) return 3000;
        if (number == SHA256) return 60 + 12 * words;
        if (number == RIPEMD160) return 600 + 120 * words;
        return 15 + 3 * words;
    }

    /// @dev The identity: its output is a copy, so that it stays as it is when the caller's memory changes.
    function _startCopy(Machine memory m) private pure {
        View memory input = m.calldataView();
        if (input.length == 0) return m.exitFrame(Operation.RETURNED, input);
        m.frame.memoryWords = Gas.words(input.length);
        m.setOperation(StepKinds.COPY);
        m.operation.next = StepKinds.FRAME_EXIT;
        m.setSource(input);
        m.operation.remaining = input.length;
    }
}
