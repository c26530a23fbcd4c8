// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Gas} from "../Gas.sol";
import {MemoryTree, View} from "../MemoryTree.sol";
import {Opcodes} from "../Opcodes.sol";
import {StepKinds} from "../StepKinds.sol";
import {CallState} from "../state/CallState.sol";
import {Machine} from "../state/MachineState.sol";
import {Operation} from "../state/Operation.sol";

/// @title System
/// @notice Calls, creations and the ends of a frame. A call or a creation goes on in the steps of `calls/`.
library System {
    error OpcodeNotHere(uint256 opcode);

    /// @notice Runs the instruction `m.opcode` of this family after its prologue.
    function run(Machine memory m) internal pure {
        uint256 opcode = m.opcode;
        if (opcode == Opcodes.CREATE) return opCreate(m);
        if (opcode == Opcodes.CALL) return opCall(m);
        if (opcode == Opcodes.CALLCODE) return opCallcode(m);
        if (opcode == Opcodes.RETURN) return opReturn(m);
        if (opcode == Opcodes.DELEGATECALL) return opDelegatecall(m);
        if (opcode == Opcodes.CREATE2) return opCreate2(m);
        if (opcode == Opcodes.STATICCALL) return opStaticcall(m);
        if (opcode == Opcodes.REVERT) return opRevert(m);
        if (opcode == Opcodes.INVALID) return opInvalid(m);
        if (opcode == Opcodes.SELFDESTRUCT) return opSelfdestruct(m);
        revert OpcodeNotHere(opcode);
    }

    // -------------------------------------------------------------------------------------------------------- calls

    /// @notice STACK: gas, target, value, input offset and size, output offset and size.
    function opCall(Machine memory m) internal pure {
        if (m.frame.isStatic && m.item(2) != 0) return m.halt();
        _call(m, CallState.CALL, m.item(2), 3);
    }

    /// @notice STACK: as CALL.
    function opCallcode(Machine memory m) internal pure {
        _call(m, CallState.CALLCODE, m.item(2), 3);
    }

    /// @notice STACK: gas, target, input offset and size, output offset and size.
    function opDelegatecall(Machine memory m) internal pure {
        _call(m, CallState.DELEGATECALL, 0, 2);
    }

    /// @notice STACK: as DELEGATECALL.
    function opStaticcall(Machine memory m) internal pure {
        _call(m, CallState.STATICCALL, 0, 2);
    }

    // ---------------------------------------------------------------------------------------------------- creations

    /// @notice STACK: value, initcode offset and size. GAS: memory, then 2 for each word.
    function opCreate(Machine memory m) internal pure {
        if (_create(m, CallState.CREATE, Gas.INITCODE_WORD)) m.setOperation(StepKinds.CREATE_CREATOR);
    }

    /// @notice STACK: value, initcode offset and size, salt. GAS: memory, then 2 and 6 for each word.
    /// OPERATION: KECCAK over the initcode first, which the new address depends on.
    function opCreate2(Machine memory m) internal pure {
        if (!_create(m, CallState.CREATE2, Gas.INITCODE_WORD + Gas.KECCAK_WORD)) return;
        m.call.salt = bytes32(m.item(3));
        m.setOperation(StepKinds.KECCAK);
        m.operation.next = StepKinds.CREATE_CREATOR;
        m.setSource(View({root: m.call.inputRoot, offset: m.call.inputOffset, length: m.call.inputLength}));
    }

    // ---------------------------------------------------------------------------------------------- ends of a frame

    function opReturn(Machine memory m) internal pure {
        (uint256 offset, uint256 size) = (m.item(0), m.item(1));
        if (m.expand(offset, size)) m.returnFrame(MemoryTree.makeView(m.frame.memoryRoot, offset, size));
    }

    function opRevert(Machine memory m) internal pure {
        (uint256 offset, uint256 size) = (m.item(0), m.item(1));
        if (!m.expand(offset, size)) return;
        m.exitFrame(Operation.REVERTED, MemoryTree.makeView(m.frame.memoryRoot, offset, size));
    }

    function opInvalid(Machine memory m) internal pure {
        m.halt();
    }

    /// @notice STACK: beneficiary. It is charged for and paid by SELFDESTRUCT_CREDIT.
    function opSelfdestruct(Machine memory m) internal pure {
        if (m.frame.isStatic) return m.halt();
        m.call.target = address(uint160(m.item(0)));
        m.call.value = m.openAccount(m.frame.self).balance;
        m.setOperation(StepKinds.SELFDESTRUCT_CREDIT);
    }

    // ------------------------------------------------------------------------------------------------------ helpers

    /// @dev Expands memory and starts a call, whose ranges are the four items from `first`.
    function _call(Machine memory m, uint256 kind, uint256 value, uint256 first) private pure {
        (uint256 inputOffset, uint256 inputLength) = (m.item(first), m.item(first + 1));
        (uint256 outOffset, uint256 outLength) = (m.item(first + 2), m.item(first + 3));
        if (!m.expand(inputOffset, inputLength) || !m.expand(outOffset, outLength)) return;
        m.call.kind = kind;
        m.call.gas = m.item(0);
        m.call.target = address(uint160(m.item(1)));
        m.call.value = value;
        _setInput(m, inputOffset, inputLength);
        // An empty range is (0, 0), whatever its offset was.
        m.call.outOffset = outLength == 0 ? 0 : outOffset;
        m.call.outLength = outLength;
        m.setOperation(StepKinds.CALL_ACCESS);
    }

    /// @dev Charges for a creation and fills the call record; false if the frame has halted.
    function _create(Machine memory m, uint256 kind, uint256 wordCost) private pure returns (bool) {
        (uint256 value, uint256 offset, uint256 size) = (m.item(0), m.item(1), m.item(2));
        if (m.frame.isStatic || size > Gas.MAX_INITCODE_SIZE) {
            m.halt();
            return false;
        }
        if (!m.expand(offset, size) || !m.charge(wordCost * Gas.words(size))) return false;
        m.call.kind = kind;
        m.call.value = value;
        _setInput(m, offset, size);
        return true;
    }

    function _setInput(Machine memory m, uint256 offset, uint256 length) private pure {
        View memory input = MemoryTree.makeView(m.frame.memoryRoot, offset, length);
        m.call.inputRoot = input.root;
        m.call.inputOffset = input.offset;
        m.call.inputLength = input.length;
    }
}
