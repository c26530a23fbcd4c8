// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DeepProofs} from "../utils/DeepProofs.sol";
import {WorstCase} from "./WorstCase.sol";
import {Dictionary} from "src/commitment/Dictionary.sol";
import {MerklePatricia} from "src/commitment/MerklePatricia.sol";
import {StateDiff} from "src/commitment/StateDiff.sol";
import {StepKinds} from "src/machine/StepKinds.sol";
import {WorldState} from "src/machine/WorldState.sol";
import {CallFrame} from "src/machine/state/CallFrame.sol";
import {CallState} from "src/machine/state/CallState.sol";
import {Journal} from "src/machine/state/Journal.sol";
import {Machine} from "src/machine/state/MachineState.sol";

/// @notice The steps that read or write one account, at the greatest depth of every tree.
contract WorstAccountsTest is WorstCase {
    string private constant WRITTEN = "an account of the diff and of the base state is written";
    string private constant FULL_CODE = "cold account, code of 24,576 bytes: ";

    function test_M0_TheEndsOfATransaction() external {
        _recordAccount("TX_REFUND", StepKinds.TX_REFUND, PAYER);
        _recordAccount("DEPOSIT", StepKinds.DEPOSIT, PAYER);

        Machine memory m = worstMachine(StepKinds.TX_FEE);
        m.operation.position = 555_555;
        record("TX_FEE", WRITTEN, m, account(m, m.batch.feeRecipient));

        m = worstMachine(StepKinds.TX_DESTROY);
        m.operation.position = 555_555;
        m.journal.destroyed = Journal.hashDestroyed(keccak256("previous"), OTHER);
        bytes memory head = bytes.concat(keccak256("previous"), bytes20(OTHER));
        record("TX_DESTROY", "a contract of the base state is deleted", m, bytes.concat(head, account(m, OTHER)));
    }

    function test_M0_ThePayerOfACall() external {
        _recordAccount("CALL_CHARGE", StepKinds.CALL_CHARGE, PAYER);
        _recordAccount("CREATE_CREATOR", StepKinds.CREATE_CREATOR, PAYER);
        _recordAccount("CREATE_DEBIT", StepKinds.CREATE_DEBIT, PAYER);

        Machine memory m = worstMachine(StepKinds.CREATE_CREATOR);
        _fillCall(m, CallState.CREATE2);
        record("CREATE_CREATOR", "of CREATE2", m, account(m, PAYER));
    }

    function test_M0_TheReceiverOfACall() external {
        Machine memory m = worstMachine(StepKinds.CREDIT);
        _fillCall(m, CallState.CALL);
        m.frame.kind = CallFrame.CREATE;
        bytes memory created;
        (m.journal.created, created) = DeepProofs.parting(WorldState.addressKey(PAYER));
        bytes memory access = account(m, PAYER);
        record("CREDIT", "of a creation: also a set is written", m, bytes.concat(access, created));

        m = worstMachine(StepKinds.SELFDESTRUCT_DEBIT);
        _fillCall(m, 0);
        (m.journal.created, created) = DeepProofs.dictionary(WorldState.addressKey(PAYER), WorldState.MEMBER, DEPTH);
        access = account(m, PAYER);
        record("SELFDESTRUCT_DEBIT", "of a contract created before", m, bytes.concat(created, access));
        (m.journal.created, created) = DeepProofs.parting(WorldState.addressKey(PAYER));
        record("SELFDESTRUCT_DEBIT", "of a contract of an earlier transaction", m, bytes.concat(created, access));

        m = worstMachine(StepKinds.SELFDESTRUCT_CREDIT);
        _fillCall(m, 0);
        bytes memory cold = warmth(m, OTHER);
        access = account(m, OTHER);
        record("SELFDESTRUCT_CREDIT", "to a cold account", m, bytes.concat(cold, access));
    }

    function test_M0_ANewAddress() external {
        Machine memory m = worstMachine(StepKinds.CREATE_TARGET);
        _fillCall(m, CallState.CREATE);
        bytes memory cold = warmth(m, OTHER);
        record("CREATE_TARGET", "the address is taken", m, bytes.concat(cold, account(m, OTHER)));
        StateDiff.AccountDiff memory part = StateDiff.AccountDiff({
            kind: StateDiff.SET,
            nonce: 0,
            balance: 1e37,
            codeHash: WorldState.KECCAK_EMPTY,
            storageRoot: Dictionary.EMPTY
        });
        // Nobody can have sent from the address, but the proof of a base account is as long as with a nonce.
        bytes memory access = accountWith(m, OTHER, part, MerklePatricia.EMPTY_ROOT);
        record("CREATE_TARGET", "the address has a balance only", m, bytes.concat(cold, access));
    }

    function test_M0_TheLargestCode() external {
        _recordCode("JUMPDESTs", hex"5b");
        _recordCode("PUSH1s", hex"60");
        _recordCode("JUMPDEST and PUSH1 in turns", hex"5b60");
        _recordCode("a PUSH1 at the end of each word", bytes.concat(repeat(hex"5b", 31), hex"60"));
        _recordCode("zeros", hex"00");
    }

    function _recordCode(string memory name, bytes memory part) private {
        bytes memory code = repeat(part, CODE / part.length);
        string memory reason = string.concat(FULL_CODE, name);
        this.recordCode("CALL_ACCESS", reason, StepKinds.CALL_ACCESS, code);
        this.recordCode("CALL_DELEGATE", reason, StepKinds.CALL_DELEGATE, code);
    }

    /// @dev External, so that each measurement begins with fresh memory.
    function recordCode(string calldata row, string calldata reason, uint256 kind, bytes memory code) external {
        Machine memory m = worstMachine(kind);
        _fillCall(m, CallState.CALL);
        m.call.codeHash = 0;
        if (kind == StepKinds.CALL_DELEGATE) (m.call.target, m.call.delegate) = (PAYER, OTHER);
        bytes memory access = account(m, OTHER, keccak256(code));
        bytes memory cold = warmth(m, OTHER);
        record(row, reason, m, bytes.concat(cold, access, bytes2(uint16(code.length)), code));
    }

    function test_M0_TheSender() external {
        bytes memory code = nonZeroBytes(CODE);
        Machine memory m = worstMachine(StepKinds.TX_SENDER);
        bytes memory access = account(m, PAYER, keccak256(code));
        access = bytes.concat(access, bytes2(uint16(code.length)), code);
        record("TX_SENDER", "the origin has code of 24,576 bytes", m, access);

        code = bytes.concat(hex"ef0100", bytes20(OTHER));
        m.transaction.nonce = 0x1111111111111111;
        m.transaction.isCreate = true;
        access = bytes.concat(account(m, PAYER, keccak256(code)), bytes2(uint16(code.length)), code);
        record("TX_SENDER", "a delegating account pays for a creation", m, access);
    }

    function test_M0_TheSystemAccount() external {
        Machine memory m = worstMachine(StepKinds.BATCH_BEGIN);
        (bytes memory access,) = slot(m, WorldState.SYSTEM_ACCOUNT, WorldState.HEAD_SLOT);
        record("BATCH_BEGIN", "the slot is in the diff and in the base state", m, access);
        m.operation.kind = StepKinds.BATCH_END;
        record("BATCH_END", "the slot is in the diff and in the base state", m, access);
        bytes32 index = bytes32(m.block.number % WorldState.HISTORY_LENGTH);
        (access,) = slot(m, WorldState.SYSTEM_ACCOUNT, index);
        m.operation.kind = StepKinds.BLOCK_END;
        record("BLOCK_END", "the slot is in the diff and in the base state", m, access);
        m.operation.kind = StepKinds.BATCH_PARENT;
        record("BATCH_PARENT", "the slot is in the diff and in the base state", m, access);
    }

    function _recordAccount(string memory row, uint256 kind, address owner) private {
        Machine memory m = worstMachine(kind);
        if (kind == StepKinds.DEPOSIT) m.operation.scratch0 = keccak256("new code");
        if (kind > StepKinds.BATCH_END && kind != StepKinds.DEPOSIT) _fillCall(m, CallState.CALL);
        if (kind == StepKinds.CREATE_CREATOR) m.call.kind = CallState.CREATE;
        record(row, WRITTEN, m, account(m, owner));
    }

    /// @dev A call of OTHER with a value.
    function _fillCall(Machine memory m, uint256 kind) private pure {
        m.call.kind = kind;
        m.call.target = OTHER;
        m.call.value = 1e30;
        m.call.gas = type(uint256).max;
        (m.call.inputRoot, m.call.inputOffset, m.call.inputLength) = (keccak256("input"), 31, 2_222_222);
        (m.call.outOffset, m.call.outLength) = (1_111_111, 1_111_111);
        (m.call.codeRoot, m.call.jumpRoot, m.call.codeSize) = (keccak256("root"), keccak256("jumps"), CODE);
        (m.call.codeHash, m.call.salt) = (keccak256("initcode"), keccak256("salt"));
    }
}
