// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../../commitment/MerkleTree.sol";
import {Rlp} from "../../commitment/Rlp.sol";
import {CodeTree} from "../CodeTree.sol";
import {Gas} from "../Gas.sol";
import {View} from "../MemoryTree.sol";
import {StepKinds} from "../StepKinds.sol";
import {Account, WorldState} from "../WorldState.sol";
import {CallFrame} from "../state/CallFrame.sol";
import {CallState} from "../state/CallState.sol";
import {Machine} from "../state/MachineState.sol";
import {Operation} from "../state/Operation.sol";
import {Credit} from "./Credit.sol";

/// @title CreateFrame
/// @notice A creation from its instruction to the new frame, and from the frame's end to the code in its account.
library CreateFrame {
    using MerkleTree for MerkleTree.Opening;

    /// @notice CREATE_CREATOR: the soft failures, the creator's nonce, the child's gas and the new address.
    function stepCreateCreator(Machine memory m) internal pure {
        Account memory creator = m.openAccount(m.frame.self);
        bool fails =
            creator.balance < m.call.value || creator.nonce == type(uint64).max || m.frame.depth >= Credit.MAX_DEPTH;
        if (fails) return Credit.fail(m);

        bool isCreate2 = m.call.kind == CallState.CREATE2;
        m.call.target = isCreate2
            ? create2Address(m.frame.self, m.call.salt, m.call.codeHash)
            : createAddress(m.frame.self, creator.nonce);
        m.call.gas = Gas.allButOne64th(m.frame.gas);
        m.frame.gas -= m.call.gas;
        creator.nonce++;
        m.writeAccount(creator);
        m.setOperation(StepKinds.CREATE_TARGET);
    }

    /// @notice CREATE_TARGET: the new address becomes warm for good; if it is free, the new frame.
    function stepCreateTarget(Machine memory m) internal pure {
        address target = m.call.target;
        (, m.journal.warmAddresses) = m.accessAddress(target);
        Account memory account = m.openAccount(target);
        uint256 gas = m.call.gas;
        if (m.frame.kind == CallFrame.TRANSACTION) (gas, m.frame.gas) = (m.frame.gas, 0);
        // EIP-684 and EIP-7610.
        bool collides =
            account.nonce != 0 || account.codeHash != WorldState.KECCAK_EMPTY || WorldState.hasStorage(account);
        if (collides) return _collide(m);

        CallFrame.Record memory child = Credit.newFrame(m, gas);
        child.kind = CallFrame.CREATE;
        child.self = target;
        child.caller = m.frame.self;
        child.value = m.call.value;
        m.frame = child;
        m.setOperation(child.value != 0 ? StepKinds.CREATE_DEBIT : StepKinds.CREDIT);
    }

    /// @notice CREATE_DEBIT: the creator's part of the transfer.
    function stepCreateDebit(Machine memory m) internal pure {
        Account memory creator = m.openAccount(m.frame.caller);
        // INVARIANT: CREATE_CREATOR or TX_SENDER has checked the balance.
        creator.balance -= m.frame.value;
        m.writeAccount(creator);
        m.setOperation(StepKinds.CREDIT);
    }

    /// @notice CODE_INSTALL: one word of initcode into the frame's code and jump bitmap.
    function stepCodeInstall(Machine memory m) internal pure {
        uint256 position = m.operation.position;
        uint256 index = position / 32;
        View memory initcode = m.source();
        bytes32 word = m.viewWord(initcode, position);
        (uint256 bits, uint256 carry) = CodeTree.analyzeWord(word, m.operation.destination);

        m.frame.codeRoot = m.openWord(m.frame.codeRoot, index).rootWith(word);
        MerkleTree.Opening memory jumps = m.openWord(m.frame.jumpRoot, index / 8);
        // A word of the bitmap takes the bits of eight words of code, the first one's on top.
        m.frame.jumpRoot = jumps.rootWith(jumps.word | bytes32(bits << (224 - 32 * (index % 8))));

        position += 32;
        if (position >= initcode.length) return m.clearOperation();
        m.operation.position = position;
        m.operation.destination = carry;
    }

    /// @notice CREATE_RETURN: checks the code that the creation returns and pays for it.
    function stepCreateReturn(Machine memory m) internal pure {
        View memory output = m.source();
        // EIP-3541.
        if (output.length != 0 && m.viewBytes(output, 0, 1)[0] == 0xef) return m.halt();
        if (!m.charge(Gas.CODE_DEPOSIT_BYTE * output.length)) return;
        if (output.length > Gas.MAX_CODE_SIZE) return m.halt();
        if (output.length == 0) {
            m.setOperation(StepKinds.DEPOSIT);
            m.operation.scratch0 = WorldState.KECCAK_EMPTY;
        } else {
            m.setOperation(StepKinds.KECCAK);
            m.operation.next = StepKinds.DEPOSIT;
            m.setSource(output);
        }
    }

    /// @notice DEPOSIT: the new account gets the hash of its code.
    function stepDeposit(Machine memory m) internal pure {
        Account memory account = m.openAccount(m.frame.self);
        account.codeHash = m.operation.scratch0;
        m.writeAccount(account);
        m.exitFrame(Operation.RETURNED, View({root: 0, offset: 0, length: 0}));
    }

    /// @notice The address of a contract that `creator` creates while its nonce is `nonce`.
    function createAddress(address creator, uint256 nonce) internal pure returns (address) {
        bytes memory items = bytes.concat(hex"94", bytes20(creator), Rlp.encodeInteger(nonce));
        return address(uint160(uint256(keccak256(Rlp.encodeList(items)))));
    }

    /// @notice The address of a contract that `creator` creates by CREATE2 (EIP-1014).
    function create2Address(address creator, bytes32 salt, bytes32 initcodeHash) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"ff", creator, salt, initcodeHash)))));
    }

    /// @dev The address is taken: the child's gas is lost.
    function _collide(Machine memory m) private pure {
        if (m.frame.kind != CallFrame.TRANSACTION) return Credit.fail(m);
        m.clearCall();
        m.setOperation(StepKinds.TX_REFUND);
    }
}
