// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Rlp} from "../../commitment/Rlp.sol";
import {Gas} from "../Gas.sol";
import {MemoryTree} from "../MemoryTree.sol";
import {StepKinds} from "../StepKinds.sol";
import {Account, WorldState} from "../WorldState.sol";
import {CallAccess} from "../calls/CallAccess.sol";
import {Machine} from "../state/MachineState.sol";
import {TransactionState} from "../state/TransactionState.sol";
import {Transaction} from "./Transaction.sol";
import {TransactionDecoder} from "./TransactionDecoder.sol";

/// @title Authorization
/// @notice A transaction's authorisations (EIP-7702), each in two steps: who signed it, and what it does to that account.
/// TX_DECODE has checked their encoding. A void one changes nothing but what is warm (docs/5-machine.md, 5.6).
library Authorization {
    /// @dev A tuple has at most 2 + 33 + 21 + 9 + 2 + 33 + 33 bytes.
    uint256 private constant TUPLE_SIZE = 133;
    /// @dev What is signed begins with this byte.
    uint8 private constant SIGNED_PREFIX = 0x05;

    /// @dev What a tuple says.
    struct Tuple {
        uint256 chainId;
        address target;
        uint256 nonce;
        uint256 parity;
        bytes32 r;
        bytes32 s;
        /// keccak256 of what is signed.
        bytes32 hash;
    }

    /// @notice AUTH_RECOVER: who signed the next authorisation.
    function stepAuthRecover(Machine memory m) internal view {
        TransactionState.Record memory transaction = m.transaction;
        bytes memory item = m.viewBytes(
            MemoryTree.makeView(transaction.root, 0, transaction.length), transaction.authCursor, TUPLE_SIZE
        );
        (Tuple memory tuple, uint256 length) = _decode(item);
        transaction.authCursor += length;
        bool isHere = tuple.chainId == 0 || tuple.chainId == m.batch.chainId;
        address authority;
        if (isHere && tuple.nonce != type(uint64).max) {
            authority = TransactionDecoder.recover(tuple.hash, tuple.parity, tuple.r, tuple.s);
        }
        if (authority == address(0)) return Transaction.startExecution(m);
        m.setOperation(StepKinds.AUTH_APPLY);
        m.operation.scratch0 = bytes32(uint256(uint160(authority)));
        m.operation.scratch1 = bytes32(uint256(uint160(tuple.target)));
        m.operation.scratch2 = bytes32(tuple.nonce);
    }

    /// @notice AUTH_APPLY: makes the authority's code a delegation, or none, unless the account is not as authorised.
    function stepAuthApply(Machine memory m) internal pure {
        address authority = address(uint160(uint256(m.operation.scratch0)));
        address target = address(uint160(uint256(m.operation.scratch1)));
        (, m.journal.warmAddresses) = m.accessAddress(authority);
        Account memory account = m.openAccount(authority);
        bytes calldata code = m.code(account.codeHash);
        (bool delegates,) = CallAccess.delegateOf(code);
        if ((code.length == 0 || delegates) && account.nonce == uint256(m.operation.scratch2)) {
            if (!WorldState.isEmpty(account)) m.journal.refund += Gas.AUTHORIZATION_REFUND;
            account.codeHash = target == address(0) ? WorldState.KECCAK_EMPTY : CallAccess.delegationHash(target);
            // SAFETY: AUTH_RECOVER has voided a nonce of 2^64 - 1.
            unchecked {
                account.nonce++;
            }
            m.writeAccount(account);
        }
        Transaction.startExecution(m);
    }

    /// @dev The tuple at the start of `item`, and the length of its encoding.
    function _decode(bytes memory item) private pure returns (Tuple memory tuple, uint256 length) {
        uint256 position;
        (position, length) = _content(item, 0);
        length += position;
        uint256 signed = position;
        (tuple.chainId, position) = _integer(item, position);
        uint256 target;
        (target, position) = _integer(item, position);
        tuple.target = address(uint160(target));
        (tuple.nonce, position) = _integer(item, position);
        tuple.hash = _hashSigned(item, signed, position - signed);
        (tuple.parity, position) = _integer(item, position);
        (target, position) = _integer(item, position);
        tuple.r = bytes32(target);
        (target, position) = _integer(item, position);
        tuple.s = bytes32(target);
    }

    /// @dev The hash that is signed: of the list of the `length` bytes of items at `start`.
    function _hashSigned(bytes memory item, uint256 start, uint256 length) private pure returns (bytes32) {
        bytes memory items = new bytes(length);
        assembly ("memory-safe") {
            // SAFETY: the items lie within the tuple, which lies within `item`.
            mcopy(add(items, 32), add(add(item, 32), start), length)
        }
        return keccak256(abi.encodePacked(SIGNED_PREFIX, Rlp.encodeList(items)));
    }

    /// @dev The number that the string at `position`, of at most 32 bytes, is in big endian, and where the string ends.
    function _integer(bytes memory item, uint256 position) private pure returns (uint256 value, uint256 next) {
        uint256 length;
        (next, length) = _content(item, position);
        value = length == 0 ? 0 : uint256(_wordAt(item, next)) >> (256 - 8 * length);
        next += length;
    }

    /// @dev Where the content of the item at `position` begins, and its length. Only a tuple has more than 55 bytes, and
    /// fewer than 256.
    function _content(bytes memory item, uint256 position) private pure returns (uint256 start, uint256 length) {
        uint256 head = uint256(_wordAt(item, position));
        uint256 prefix = head >> 248;
        if (prefix < 0x80) return (position, 1);
        if (prefix == 0xf8) return (position + 2, (head >> 240) & 0xff);
        return (position + 1, prefix & 0x3f);
    }

    /// @dev The word at `position`; what it has past the item is not used.
    function _wordAt(bytes memory item, uint256 position) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(add(item, 32), position))
        }
    }
}
