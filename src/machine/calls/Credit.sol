// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dictionary} from "../../commitment/Dictionary.sol";
import {MemoryTree, View} from "../MemoryTree.sol";
import {StepKinds} from "../StepKinds.sol";
import {Account, WorldState} from "../WorldState.sol";
import {CallFrame} from "../state/CallFrame.sol";
import {Journal} from "../state/Journal.sol";
import {Machine} from "../state/MachineState.sol";

/// @title Credit
/// @notice What calls and creations share: the new frame, the receiving side of its transfer, and its first step.
library Credit {
    using Dictionary for Dictionary.Opening;

    /// @dev Depth of the deepest frame: 1,024 calls below the top frame, whose depth is 1.
    uint256 internal constant MAX_DEPTH = 1025;

    /// @notice CREDIT: the new frame's account receives the value (a write also if that is 0: a touch, EIP-161). A
    /// created one begins with nonce 1.
    function stepCredit(Machine memory m) internal pure {
        bool isCreate = m.frame.kind == CallFrame.CREATE;
        Account memory account = m.openAccount(m.frame.target);
        // SAFETY: no sum of balances reaches 2^128 (B-13).
        unchecked {
            account.balance += m.frame.value;
        }
        if (isCreate) account.nonce = 1;
        m.writeAccount(account);
        if (isCreate) m.journal.created = m.openCreated(m.frame.target).rootWith(WorldState.MEMBER);
        enter(m);
    }

    /// @notice A frame with `gas` above the current one. Its journal to return to is the present one.
    function newFrame(Machine memory m, uint256 gas) internal pure returns (CallFrame.Record memory child) {
        child.parent = CallFrame.hash(m.frame);
        child.depth = m.frame.depth + 1;
        child.gas = gas;
        child.memoryRoot = MemoryTree.ZERO_ROOT;
        child.target = m.call.target;
        child.savedJournal = Journal.hash(m.journal);
    }

    /// @notice Starts the frame that was pushed: with its code, as a precompile, or by installing its initcode.
    function enter(Machine memory m) internal pure {
        View memory input = View({root: m.call.inputRoot, offset: m.call.inputOffset, length: m.call.inputLength});
        m.clearCall();
        if (m.frame.kind == CallFrame.PRECOMPILE) return m.setOperation(StepKinds.PRECOMPILE);
        if (m.frame.kind != CallFrame.CREATE) return m.clearOperation();
        (m.frame.codeRoot, m.frame.jumpRoot) = (MemoryTree.ZERO_ROOT, MemoryTree.ZERO_ROOT);
        m.frame.codeSize = input.length;
        if (input.length == 0) return m.clearOperation();
        m.setOperation(StepKinds.CODE_INSTALL);
        m.setSource(input);
    }

    /// @notice Ends a call or a creation that makes no frame: the result is 0, without output.
    function fail(Machine memory m) internal pure {
        m.push(0);
        (m.frame.returndataRoot, m.frame.returndataOffset, m.frame.returndataLength) = (0, 0, 0);
        m.clearCall();
        m.clearOperation();
    }
}
