// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {View} from "../MemoryTree.sol";
import {Machine} from "../state/MachineState.sol";
import {Operation} from "../state/Operation.sol";
import {Output} from "./Output.sol";

/// @title Ecrecover
/// @notice The precompile 0x01: who signed a hash. It has no rule on s, unlike a transaction.
library Ecrecover {
    /// @notice Ends the frame with the signer, or without output if there is none.
    function runEcrecover(Machine memory m) internal pure {
        bytes memory input = m.viewBytes(m.calldataView(), 0, 128);
        (bytes32 hash, uint256 v, bytes32 r, bytes32 s) = abi.decode(input, (bytes32, uint256, bytes32, bytes32));
        address signer = v == 27 || v == 28 ? ecrecover(hash, uint8(v), r, s) : address(0);
        if (signer == address(0)) m.exitFrame(Operation.RETURNED, View({root: 0, offset: 0, length: 0}));
        else Output.exitWithWord(m, bytes32(uint256(uint160(signer))));
    }
}
