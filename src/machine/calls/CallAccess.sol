// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CodeTree} from "../CodeTree.sol";
import {Gas} from "../Gas.sol";
import {MemoryTree} from "../MemoryTree.sol";
import {StepKinds} from "../StepKinds.sol";
import {Account, WorldState} from "../WorldState.sol";
import {CallFrame} from "../state/CallFrame.sol";
import {CallState} from "../state/CallState.sol";
import {Machine} from "../state/MachineState.sol";
import {Credit} from "./Credit.sol";

/// @title CallAccess
/// @notice A call from its instruction, or from the start of a transaction, to the new frame: one account a step.
library CallAccess {
    /// @dev EIP-7702: code that stands for that of another account.
    bytes3 private constant DELEGATION = 0xef0100;
    uint256 private constant DELEGATION_SIZE = 23;

    /// @notice CALL_ACCESS: the target's warmth, account and code.
    function stepCallAccess(Machine memory m) internal pure {
        address target = m.call.target;
        bool isCharged = m.frame.kind != CallFrame.TRANSACTION;
        bool transfers = m.call.value != 0;
        (bool cold, bytes32 warmAddresses) = m.accessAddress(target);
        if (isCharged && !m.charge(Gas.accountAccess(cold) + (transfers ? Gas.CALL_VALUE : 0))) return;

        Account memory account = m.openAccount(target);
        bool isEmpty = WorldState.isEmpty(account);
        bool isNew = isEmpty && transfers && m.call.kind == CallState.CALL;
        if (isCharged && isNew && !m.charge(Gas.NEW_ACCOUNT)) return;

        m.journal.warmAddresses = warmAddresses;
        m.call.touch = isEmpty && account.baseExists;
        if (WorldState.isPrecompile(target)) return _setNoCode(m);
        bytes calldata code = m.code(account.codeHash);
        (bool delegates, address delegate) = delegateOf(code);
        if (!delegates) return _setCode(m, code);
        m.call.delegate = delegate;
        m.setOperation(StepKinds.CALL_DELEGATE);
    }

    /// @notice CALL_DELEGATE: the code that runs in the target's place. It is taken as it is: another designator is code
    /// that halts, and a precompile is no code.
    function stepCallDelegate(Machine memory m) internal pure {
        address delegate = m.call.delegate;
        (bool cold, bytes32 warmAddresses) = m.accessAddress(delegate);
        if (m.frame.kind != CallFrame.TRANSACTION && !m.charge(Gas.accountAccess(cold))) return;
        m.journal.warmAddresses = warmAddresses;
        if (WorldState.isPrecompile(delegate)) return _setNoCode(m);
        _setCode(m, m.code(m.openAccount(delegate).codeHash));
    }

    /// @notice CALL_CHARGE: the child's gas, the soft failures, the new frame and the caller's part of the transfer.
    function stepCallCharge(Machine memory m) internal pure {
        uint256 kind = m.call.kind;
        uint256 value = m.call.value;
        bool transfers = value != 0 && (kind == CallState.CALL || kind == CallState.CALLCODE);
        Account memory payer;
        if (transfers) payer = m.openAccount(m.frame.self);
        if (m.frame.depth >= Credit.MAX_DEPTH || (transfers && payer.balance < value)) return _fail(m, transfers);

        uint256 childGas = _childGas(m);
        m.frame.gas -= childGas;
        if (transfers && m.frame.kind != CallFrame.TRANSACTION) childGas += Gas.CALL_STIPEND;
        m.frame = _newFrame(m, childGas);

        if (transfers && kind == CallState.CALL) {
            payer.balance -= value;
            m.writeAccount(payer);
            return m.setOperation(StepKinds.CREDIT);
        }
        bool touches = m.call.touch && (kind == CallState.CALL || kind == CallState.STATICCALL);
        if (touches) return m.setOperation(StepKinds.CREDIT);
        Credit.enter(m);
    }

    /// @notice Whether `code` is a delegation, and to whom.
    function delegateOf(bytes calldata code) internal pure returns (bool delegates, address delegate) {
        delegates = code.length == DELEGATION_SIZE && bytes3(code) == DELEGATION;
        if (delegates) delegate = address(bytes20(code[3:]));
    }

    /// @notice The code hash of an account that delegates to `delegate`.
    function delegationHash(address delegate) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(DELEGATION, delegate));
    }

    /// @dev A soft failure gives back the child's gas with the stipend that the child would have got.
    function _fail(Machine memory m, bool transfers) private pure {
        if (transfers) m.frame.gas += Gas.CALL_STIPEND;
        Credit.fail(m);
    }

    /// @dev All gas in a transaction's own call, else what was asked for but at most all but one 64th.
    function _childGas(Machine memory m) private pure returns (uint256 gas) {
        gas = m.frame.gas;
        if (m.frame.kind == CallFrame.TRANSACTION) return gas;
        gas = Gas.allButOne64th(gas);
        if (m.call.gas < gas) gas = m.call.gas;
    }

    function _newFrame(Machine memory m, uint256 gas) private pure returns (CallFrame.Record memory child) {
        CallFrame.Record memory parent = m.frame;
        CallState.Record memory call = m.call;
        child = Credit.newFrame(m, gas);
        child.kind = WorldState.isPrecompile(call.target) ? CallFrame.PRECOMPILE : CallFrame.CALL;
        bool keepsSelf = call.kind == CallState.CALLCODE || call.kind == CallState.DELEGATECALL;
        bool delegates = call.kind == CallState.DELEGATECALL;
        child.self = keepsSelf ? parent.self : call.target;
        child.caller = delegates ? parent.caller : parent.self;
        child.value = delegates ? parent.value : call.value;
        child.isStatic = parent.isStatic || call.kind == CallState.STATICCALL;
        (child.calldataRoot, child.calldataOffset, child.calldataLength) =
        (call.inputRoot, call.inputOffset, call.inputLength);
        (child.codeRoot, child.jumpRoot, child.codeSize) = (call.codeRoot, call.jumpRoot, call.codeSize);
        (child.outOffset, child.outLength) = (call.outOffset, call.outLength);
    }

    function _setCode(Machine memory m, bytes calldata code) private pure {
        (m.call.codeRoot, m.call.jumpRoot) = CodeTree.roots(code);
        m.call.codeSize = code.length;
        m.setOperation(StepKinds.CALL_CHARGE);
    }

    function _setNoCode(Machine memory m) private pure {
        (m.call.codeRoot, m.call.jumpRoot) = (MemoryTree.ZERO_ROOT, MemoryTree.ZERO_ROOT);
        m.setOperation(StepKinds.CALL_CHARGE);
    }
}
