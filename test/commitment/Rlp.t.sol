// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Rlp} from "../../src/commitment/Rlp.sol";
import {Brutalized} from "../utils/Brutalized.sol";
import {Ffi} from "../utils/Ffi.sol";

contract RlpTest is Ffi, Brutalized {
    using Rlp for Rlp.Reader;

    struct Case {
        bytes encoded;
        bool isValid;
    }

    struct Fields {
        uint64 nonce;
        uint256 value;
        bytes32 word;
        address to;
        bytes data;
    }

    function isValid(bytes calldata encoded) external view brutalized returns (bool) {
        uint256 start;
        assembly ("memory-safe") {
            start := encoded.offset
        }
        return _isValid(start, start + encoded.length);
    }

    function _isValid(uint256 position, uint256 end) private pure returns (bool) {
        (bool ok, bool isList, uint256 start, uint256 next) = Rlp.item(position, end);
        if (!ok || next != end) return false;
        while (isList && start < end) {
            (ok,,, next) = Rlp.item(start, end);
            if (!ok || !_isValid(start, next)) return false;
            start = next;
        }
        return true;
    }

    function read(bytes calldata encoded) external view brutalized returns (bool isDone, Fields memory fields) {
        Rlp.Reader memory reader = Rlp.open(encoded);
        Rlp.Reader memory list = reader.list();
        fields.nonce = uint64(list.integer(8));
        fields.value = list.integer(32);
        fields.word = list.word();
        fields.to = list.addr();
        fields.data = list.data();
        // Changed bytes may end the data early: what is left of the list is seen then.
        assertEq(list.hasMore(), !list.malformed && !list.isDone());
        isDone = list.isDone() && reader.isDone();
    }

    function encode(Fields memory fields) internal pure returns (bytes memory) {
        return Rlp.encodeList(
            bytes.concat(
                Rlp.encodeInteger(fields.nonce),
                Rlp.encodeInteger(fields.value),
                Rlp.encodeString(abi.encodePacked(fields.word)),
                Rlp.encodeString(abi.encodePacked(fields.to)),
                Rlp.encodeString(fields.data)
            )
        );
    }

    function test_AcceptsWhatTheProverAccepts() external {
        Case[] memory cases = abi.decode(ffi("Rlp", "cases"), (Case[]));
        assertGt(cases.length, 100);
        for (uint256 i = 0; i < cases.length; i++) {
            assertEq(this.isValid(cases[i].encoded), cases[i].isValid, vm.toString(cases[i].encoded));
        }
    }

    function testFuzz_ReadsWhatItEncodes(Fields memory fields, uint256 shift) external view {
        fields.value >>= shift % 257;
        (bool isDone, Fields memory result) = this.read(encode(fields));
        assertTrue(isDone);
        assertEq(abi.encode(result), abi.encode(fields));
    }

    function testFuzz_NoOtherBytesReadTheSame(Fields memory fields, uint256 position, uint8 bit) external view {
        bytes memory encoded = encode(fields);
        position = bound(position, 0, encoded.length - 1);
        encoded[position] ^= bytes1(uint8(1 << (bit % 8)));
        (bool isDone, Fields memory result) = this.read(encoded);
        if (isDone) assertEq(encode(result), encoded);
    }

    function integer(bytes calldata encoded, uint256 maxBytes) external pure returns (uint256, bool) {
        Rlp.Reader memory reader = Rlp.open(encoded);
        return (reader.integer(maxBytes), reader.isDone());
    }

    function test_IntegersHaveOneForm() external view {
        (uint256 value, bool isDone) = this.integer(hex"80", 32);
        assertTrue(isDone && value == 0);
        (value, isDone) = this.integer(hex"7f", 1);
        assertTrue(isDone && value == 0x7f);
        (value, isDone) = this.integer(hex"820100", 2);
        assertTrue(isDone && value == 256);
        bytes[6] memory malformed = [
            bytes(hex"00"),
            hex"820100",
            hex"820001",
            hex"c0",
            hex"",
            hex"a1010000000000000000000000000000000000000000000000000000000000000001"
        ];
        for (uint256 i = 0; i < malformed.length; i++) {
            (value, isDone) = this.integer(malformed[i], i == 1 ? 1 : 32);
            assertFalse(isDone);
            assertEq(value, 0);
        }
    }

    function encodeString(uint256 length) external pure returns (bytes memory) {
        return Rlp.encodeString(new bytes(length));
    }

    function test_RevertWhen_AStringIsTooLongToEncode() external {
        vm.expectRevert(abi.encodeWithSelector(Rlp.RlpTooLong.selector, 65_536));
        this.encodeString(65_536);
    }
}
