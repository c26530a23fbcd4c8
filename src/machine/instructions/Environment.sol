// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../../commitment/MerkleTree.sol";
import {Gas} from "../Gas.sol";
import {MemoryTree, View} from "../MemoryTree.sol";
import {Opcodes} from "../Opcodes.sol";
import {StepKinds} from "../StepKinds.sol";
import {Account, WorldState} from "../WorldState.sol";
import {Machine} from "../state/MachineState.sol";

/// @title Environment
/// @notice What a program can read of its frame, of its transaction and of other accounts.
library Environment {
    error OpcodeNotHere(uint256 opcode);

    /// @notice Runs the instruction `m.opcode` of this family after its prologue.
    function run(Machine memory m) internal pure {
        uint256 opcode = m.opcode;
        if (opcode == Opcodes.ADDRESS) return opAddress(m);
        if (opcode == Opcodes.ORIGIN) return opOrigin(m);
        if (opcode == Opcodes.CALLER) return opCaller(m);
        if (opcode == Opcodes.CALLVALUE) return opCallvalue(m);
        if (opcode == Opcodes.CALLDATALOAD) return opCalldataload(m);
        if (opcode == Opcodes.CALLDATASIZE) return opCalldatasize(m);
        if (opcode == Opcodes.CALLDATACOPY) return opCalldatacopy(m);
        if (opcode == Opcodes.CODESIZE) return opCodesize(m);
        if (opcode == Opcodes.CODECOPY) return opCodecopy(m);
        if (opcode == Opcodes.GASPRICE) return opGasprice(m);
        if (opcode == Opcodes.RETURNDATASIZE) return opReturndatasize(m);
        if (opcode == Opcodes.RETURNDATACOPY) return opReturndatacopy(m);
        if (opcode == Opcodes.BALANCE) return opBalance(m);
        if (opcode == Opcodes.EXTCODESIZE) return opExtcodesize(m);
        if (opcode == Opcodes.EXTCODECOPY) return opExtcodecopy(m);
        if (opcode == Opcodes.EXTCODEHASH) return opExtcodehash(m);
        if (opcode == Opcodes.SELFBALANCE) return opSelfbalance(m);
        revert OpcodeNotHere(opcode);
    }

    // ------------------------------------------------------------------------------------------------ of the frame

    function opAddress(Machine memory m) internal pure {
        m.push(uint160(m.frame.self));
    }

    function opOrigin(Machine memory m) internal pure {
        m.push(uint160(m.transaction.origin));
    }

    function opCaller(Machine memory m) internal pure {
        m.push(uint160(m.frame.caller));
    }

    function opCallvalue(Machine memory m) internal pure {
        m.push(m.frame.value);
    }

    function opCalldatasize(Machine memory m) internal pure {
        m.push(m.frame.calldataLength);
    }

    function opCodesize(Machine memory m) internal pure {
        m.push(m.frame.codeSize);
    }

    function opGasprice(Machine memory m) internal pure {
        m.push(m.transaction.gasPrice);
    }

    function opReturndatasize(Machine memory m) internal pure {
        m.push(m.frame.returndataLength);
    }

    function opCalldataload(Machine memory m) internal pure {
        m.push(uint256(m.viewWord(m.calldataView(), m.item(0))));
    }

    function opCalldatacopy(Machine memory m) internal pure {
        (uint256 destination, uint256 start, uint256 size) = (m.item(0), m.item(1), m.item(2));
        if (_payForCopy(m, destination, size)) _copy(m, m.calldataView(), destination, start, size);
    }

    function opCodecopy(Machine memory m) internal pure {
        (uint256 destination, uint256 start, uint256 size) = (m.item(0), m.item(1), m.item(2));
        if (!_payForCopy(m, destination, size)) return;
        _copy(m, MemoryTree.makeView(m.frame.codeRoot, 0, m.frame.codeSize), destination, start, size);
    }

    /// @notice Copies of the last call's output; unlike the others it halts if that is too short, also for size 0.
    function opReturndatacopy(Machine memory m) internal pure {
        (uint256 destination, uint256 start, uint256 size) = (m.item(0), m.item(1), m.item(2));
        uint256 length = m.frame.returndataLength;
        if (start > length || size > length - start) return m.halt();
        if (_payForCopy(m, destination, size)) _copy(m, m.returndataView(), destination, start, size);
    }

    // ------------------------------------------------------------------------------------------- of other accounts

    function opBalance(Machine memory m) internal pure {
        (bool alive, Account memory account) = _access(m, m.item(0));
        if (alive) m.push(account.balance);
    }

    function opExtcodesize(Machine memory m) internal pure {
        (bool alive, Account memory account) = _access(m, m.item(0));
        if (alive) m.push(m.code(account.codeHash).length);
    }

    /// @notice GAS: memory and 3 for each word first, then the access.
    function opExtcodecopy(Machine memory m) internal pure {
        (uint256 destination, uint256 start, uint256 size) = (m.item(1), m.item(2), m.item(3));
        if (!_payForCopy(m, destination, size)) return;
        (bool alive, Account memory account) = _access(m, m.item(0));
        if (!alive) return;
        bytes calldata code = m.code(account.codeHash);
        bytes32 codeRoot = MerkleTree.rootOfCalldata(code, MerkleTree.MEMORY_DEPTH);
        _copy(m, MemoryTree.makeView(codeRoot, 0, code.length), destination, start, size);
    }

    /// @notice Pushes the code hash of an account, 0 if there is no account.
    function opExtcodehash(Machine memory m) internal pure {
        (bool alive, Account memory account) = _access(m, m.item(0));
        if (alive) m.push(WorldState.isEmpty(account) ? 0 : uint256(account.codeHash));
    }

    function opSelfbalance(Machine memory m) internal pure {
        m.push(m.openAccount(m.frame.self).balance);
    }

    // ------------------------------------------------------------------------------------------------------ helpers

    /// @dev Charges for the access of the account `target` and opens it; `alive` is false if the frame has halted.
    function _access(Machine memory m, uint256 target) private pure returns (bool alive, Account memory account) {
        address owner = address(uint160(target));
        (bool cold, bytes32 warmAddresses) = m.accessAddress(owner);
        if (!m.charge(Gas.accountAccess(cold))) return (false, account);
        m.journal.warmAddresses = warmAddresses;
        return (true, m.openAccount(owner));
    }

    /// @dev Charges for the memory and the words of a copy; false if the frame has halted.
    function _payForCopy(Machine memory m, uint256 destination, uint256 size) private pure returns (bool) {
        return m.expand(destination, size) && m.charge(Gas.COPY_WORD * Gas.words(size));
    }

    /// @dev Starts COPY, which writes a destination word a step.
    function _copy(Machine memory m, View memory from, uint256 destination, uint256 start, uint256 size) private pure {
        if (size == 0) return;
        m.setOperation(StepKinds.COPY);
        m.setSource(from);
        // A start past the end reads zeros, from wherever it is.
        m.operation.position = start < from.length ? start : from.length;
        m.operation.destination = destination;
        m.operation.remaining = size;
    }
}
