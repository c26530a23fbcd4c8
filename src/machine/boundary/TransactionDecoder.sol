// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Rlp} from "../../commitment/Rlp.sol";
import {Gas} from "../Gas.sol";
import {L1Precompile} from "../precompiles/L1Precompile.sol";
import {TransactionState} from "../state/TransactionState.sol";

/// @title TransactionDecoder
/// @notice A signed transaction from its bytes: legacy, access-list (type 1), fee-market (type 2) or set-code
/// (type 4). Every byte string is
/// either one valid transaction or skipped (B-8); none reverts.
library TransactionDecoder {
    using Rlp for Rlp.Reader;

    /// @dev EIP-7825.
    uint256 internal constant MAX_GAS_LIMIT = 1 << 24;

    uint256 private constant ACCESS_LIST = 1;
    uint256 private constant FEE_MARKET = 2;
    uint256 private constant SET_CODE = 4;

    /// @dev Half the order of secp256k1: s is at most that (EIP-2).
    uint256 private constant MAX_S = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @dev Intrinsic gas. A zero byte of data is one token, another one is four.
    uint256 private constant TRANSACTION = 21_000;
    uint256 private constant CREATION = 32_000;
    uint256 private constant TOKEN = 4;
    uint256 private constant FLOOR_TOKEN = 10;
    uint256 private constant LIST_ADDRESS = 2400;
    uint256 private constant LIST_SLOT = 1900;
    uint256 private constant AUTHORIZATION = 25_000;

    /// @dev What is needed besides the record, in absolute calldata offsets.
    struct Envelope {
        /// Transaction type, 0 for legacy.
        uint256 kind;
        uint256 chainId;
        /// The encoded fields that are signed.
        uint256 signedStart;
        uint256 signedEnd;
        uint256 data;
        uint256 listStart;
        uint256 listEnd;
        uint256 authStart;
        uint256 authEnd;
        /// v of a legacy transaction, else the parity of y.
        uint256 v;
        bytes32 r;
        bytes32 s;
    }

    /// @notice Decodes `raw` into `record`, of which it sets all that needs neither block nor state; `priorityFee` is the
    /// most that the transaction offers.
    /// @return valid Whether the transaction passes the rules of B-8 that need neither; if not, `record` means nothing.
    function decodeTransaction(bytes calldata raw, uint256 chainId, TransactionState.Record memory record)
        internal
        view
        returns (bool valid)
    {
        Envelope memory envelope;
        if (!_decode(raw, record, envelope)) return false;
        if (!_checkGas(raw, record, envelope)) return false;
        if (record.nonce == type(uint64).max || record.maxFeePerGas < record.priorityFee) return false;
        record.origin = _recover(envelope, chainId);
        record.hash = keccak256(raw);
        return record.origin != address(0);
    }

    /// @dev The fields, strictly: false if `raw` is not the one encoding of a transaction.
    function _decode(bytes calldata raw, TransactionState.Record memory record, Envelope memory envelope)
        private
        pure
        returns (bool)
    {
        if (raw.length == 0) return false;
        uint256 first = uint8(raw[0]);
        // A legacy transaction is a list and begins with at least 0xc0.
        if (first < 0xc0) {
            if (first != ACCESS_LIST && first != FEE_MARKET && first != SET_CODE) return false;
            envelope.kind = first;
        }
        Rlp.Reader memory outer = Rlp.open(envelope.kind == 0 ? raw : raw[1:]);
        Rlp.Reader memory fields = outer.list();
        if (!outer.isDone()) return false;

        envelope.signedStart = fields.position;
        if (envelope.kind != 0) envelope.chainId = fields.integer(32);
        record.nonce = fields.integer(8);
        record.priorityFee = fields.integer(32);
        record.maxFeePerGas = envelope.kind >= FEE_MARKET ? fields.integer(32) : record.priorityFee;
        record.gasLimit = fields.integer(8);
        if (!_decodeRecipient(fields.data(), record)) return false;
        record.value = fields.integer(32);
        (envelope.data, record.dataLength) = _range(fields.data());
        uint256 start = _offset(raw);
        if (record.dataLength != 0) record.dataOffset = envelope.data - start;
        if (envelope.kind != 0) {
            Rlp.Reader memory list = fields.list();
            (envelope.listStart, envelope.listEnd) = (list.position, list.end);
            if (list.position != list.end) {
                (record.listCursor, record.listEnd) = (list.position - start, list.end - start);
            }
        }
        if (envelope.kind == SET_CODE) {
            Rlp.Reader memory list = fields.list();
            (envelope.authStart, envelope.authEnd) = (list.position, list.end);
            (record.authCursor, record.authEnd) = (list.position - start, list.end - start);
            if (record.isCreate) return false;
        }
        envelope.signedEnd = fields.position;
        envelope.v = fields.integer(32);
        envelope.r = bytes32(fields.integer(32));
        envelope.s = bytes32(fields.integer(32));
        return fields.isDone();
    }

    /// @dev The recipient, or none for a creation.
    function _decodeRecipient(bytes calldata recipient, TransactionState.Record memory record)
        private
        pure
        returns (bool)
    {
        record.isCreate = recipient.length == 0;
        if (recipient.length == 20) record.to = address(bytes20(recipient));
        return record.isCreate || recipient.length == 20;
    }

    /// @dev Intrinsic gas, calldata floor (EIP-7623) and the limits. Sets executionGas and floorGas.
    function _checkGas(bytes calldata raw, TransactionState.Record memory record, Envelope memory envelope)
        private
        pure
        returns (bool)
    {
        (bool canonical, uint256 addresses, uint256 slots) = _countAccessList(envelope.listStart, envelope.listEnd);
        if (!canonical) return false;
        uint256 authorizations;
        if (envelope.kind == SET_CODE) {
            (canonical, authorizations) = _countAuthorizations(envelope.authStart, envelope.authEnd);
            if (!canonical || authorizations == 0) return false;
        }
        uint256 start = record.dataOffset;
        uint256 tokens = _countTokens(raw[start:start + record.dataLength]);
        uint256 intrinsic = TRANSACTION + TOKEN * tokens + LIST_ADDRESS * addresses + LIST_SLOT * slots + AUTHORIZATION
            * authorizations;
        if (record.isCreate) {
            if (record.dataLength > Gas.MAX_INITCODE_SIZE) return false;
            intrinsic += CREATION + Gas.INITCODE_WORD * Gas.words(record.dataLength);
        }
        record.floorGas = TRANSACTION + FLOOR_TOKEN * tokens;
        if (record.gasLimit > MAX_GAS_LIMIT || record.gasLimit < intrinsic || record.gasLimit < record.floorGas) {
            return false;
        }
        record.executionGas = record.gasLimit - intrinsic;
        return true;
    }

    /// @dev The number of addresses and slots in the items of an access list, and whether their encoding is canonical.
    function _countAccessList(uint256 position, uint256 end)
        private
        pure
        returns (bool canonical, uint256 addresses, uint256 slots)
    {
        while (position != end) {
            (bool ok, bool isList, uint256 start, uint256 next) = Rlp.item(position, end);
            // A tuple is an address, 21 bytes, and a list of slots.
            if (!ok || !isList || next - start < 22 || _byteAt(start) != 0x94) return (false, 0, 0);
            position = next;
            (ok, isList, start, next) = Rlp.item(start + 21, next);
            if (!ok || !isList || next != position || (next - start) % 33 != 0) return (false, 0, 0);
            addresses++;
            slots += (next - start) / 33;
            // A slot is a string of 32 bytes.
            for (; start != next; start += 33) {
                if (_byteAt(start) != 0xa0) return (false, 0, 0);
            }
        }
        return (true, addresses, slots);
    }

    /// @dev The number of tuples in the items of an authorisation list, and whether their encoding is canonical: a list
    /// of chain id, address, nonce, parity of y, r and s. No more of them are read than a gas limit can pay for.
    function _countAuthorizations(uint256 position, uint256 end) private pure returns (bool canonical, uint256 count) {
        Rlp.Reader memory list = Rlp.Reader(position, end, false);
        while (list.hasMore()) {
            Rlp.Reader memory tuple = list.list();
            tuple.integer(32);
            tuple.addr();
            tuple.integer(8);
            tuple.integer(1);
            tuple.integer(32);
            tuple.integer(32);
            if (!tuple.isDone()) return (false, 0);
            if (++count > MAX_GAS_LIMIT / AUTHORIZATION) return (false, count);
        }
        return (list.isDone(), count);
    }

    /// @dev The tokens of `content`, a word at a time.
    function _countTokens(bytes calldata content) private pure returns (uint256 tokens) {
        uint256 nonZero;
        assembly ("memory-safe") {
            let end := add(content.offset, content.length)
            for { let position := content.offset } lt(position, end) { position := add(position, 32) } {
                let word := calldataload(position)
                // SAFETY: what the last word has past the end is shifted out.
                let left := sub(end, position)
                if lt(left, 32) { word := shr(sub(256, shl(3, left)), word) }
                // The top bit of each byte is set iff the byte is not zero; the product's top byte sums those bits.
                let low := 0x7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f
                word := shr(7, and(not(low), or(word, add(and(word, low), low))))
                word := mul(word, 0x0101010101010101010101010101010101010101010101010101010101010101)
                nonZero := add(nonZero, shr(248, word))
            }
        }
        return content.length + 3 * nonZero;
    }

    /// @dev Who signed, or 0 if nobody did for this chain.
    function _recover(Envelope memory envelope, uint256 chainId) private view returns (address) {
        uint256 v = envelope.v;
        bytes memory signed = _copy(envelope.signedStart, envelope.signedEnd);
        if (envelope.kind != 0) {
            if (envelope.chainId != chainId) return address(0);
            bytes32 hash = keccak256(abi.encodePacked(uint8(envelope.kind), Rlp.encodeList(signed)));
            return recover(hash, v, envelope.r, envelope.s);
        }
        if (v == 27 || v == 28) {
            v -= 27;
        } else {
            // EIP-155: v = 35 + 2 * chainId + parity, and the chain id is signed.
            if (v < 35 || (v - 35) / 2 != chainId) return address(0);
            signed = bytes.concat(signed, Rlp.encodeInteger(chainId), hex"8080");
            v = (v - 35) % 2;
        }
        return recover(keccak256(Rlp.encodeList(signed)), v, envelope.r, envelope.s);
    }

    /// @notice Who signed `hash` with s in the lower half of its range (EIP-2), or 0 if nobody did.
    function recover(bytes32 hash, uint256 parity, bytes32 r, bytes32 s) internal view returns (address) {
        if (parity > 1 || uint256(s) > MAX_S) return address(0);
        return L1Precompile.recover(hash, 27 + parity, r, s);
    }

    function _copy(uint256 start, uint256 end) private pure returns (bytes memory) {
        bytes calldata content;
        assembly ("memory-safe") {
            content.offset := start
            content.length := sub(end, start)
        }
        return content;
    }

    function _offset(bytes calldata content) private pure returns (uint256 offset) {
        (offset,) = _range(content);
    }

    function _range(bytes calldata content) private pure returns (uint256 offset, uint256 length) {
        assembly ("memory-safe") {
            offset := content.offset
            length := content.length
        }
    }

    function _byteAt(uint256 position) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(0, calldataload(position))
        }
    }
}
