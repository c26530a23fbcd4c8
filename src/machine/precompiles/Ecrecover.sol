// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Machine} from "../state/MachineState.sol";
import {L1Precompile} from "./L1Precompile.sol";
import {Output} from "./Output.sol";

/// @title Ecrecover
/// @notice The precompile 0x01: who signed a hash. It has no rule on s, unlike a transaction.
library Ecrecover {
    /// @notice Ends the frame with the signer, or without output if there is none.
    function runEcrecover(Machine memory m) internal view {
        bytes memory input = m.viewBytes(m.calldataView(), 0, 128);
        (bytes32 hash, uint256 v, bytes32 r, bytes32 s) = abi.decode(input, (bytes32, uint256, bytes32, bytes32));
        address signer = L1Precompile.recover(hash, v, r, s);
        Output.exitWith(m, signer == address(0) ? bytes("") : abi.encode(signer));
    }
}
