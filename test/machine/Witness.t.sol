// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Witness} from "../../src/machine/Witness.sol";
import {Test} from "forge-std/Test.sol";

contract WitnessTest is Test {
    using Witness for Witness.Cursor;

    struct Fields {
        uint8 a;
        uint16 b;
        uint24 c;
        uint32 d;
        uint64 e;
        uint256 f;
        bytes32 g;
        address h;
        bytes i;
    }

    function read(bytes calldata witness) external pure returns (Fields memory fields) {
        Witness.Cursor memory cursor = Witness.open(witness);
        fields.a = cursor.u8();
        fields.b = cursor.u16();
        fields.c = cursor.u24();
        fields.d = cursor.u32();
        fields.e = cursor.u64();
        fields.f = cursor.u256();
        fields.g = cursor.word();
        fields.h = cursor.addr();
        fields.i = cursor.take(5);
        cursor.done();
    }

    function encode(Fields memory fields) internal pure returns (bytes memory) {
        bytes memory numbers = abi.encodePacked(fields.a, fields.b, fields.c, fields.d, fields.e, fields.f);
        return abi.encodePacked(numbers, fields.g, fields.h, fields.i);
    }

    function testFuzz_ReadsEveryFieldAtItsWidth(Fields memory fields, bytes5 tail) external view {
        fields.i = abi.encodePacked(tail);
        assertEq(abi.encode(this.read(encode(fields))), abi.encode(fields));
    }

    function testFuzz_RevertWhen_TheWitnessEndsEarly(Fields memory fields, uint256 length) external {
        fields.i = "12345";
        bytes memory witness = encode(fields);
        length = bound(length, 0, witness.length - 1);
        assembly ("memory-safe") {
            mstore(witness, length)
        }
        vm.expectPartialRevert(Witness.WitnessTooShort.selector);
        this.read(witness);
    }

    function test_RevertWhen_AFieldIsCutShort() external {
        Fields memory fields;
        fields.i = "1234";
        vm.expectRevert(abi.encodeWithSelector(Witness.WitnessTooShort.selector, 5, 4));
        this.read(encode(fields));
    }

    function test_RevertWhen_BytesAreLeft() external {
        Fields memory fields;
        fields.i = "1234567";
        vm.expectRevert(abi.encodeWithSelector(Witness.WitnessTrailingBytes.selector, 2));
        this.read(encode(fields));
    }

    function skip(bytes calldata witness, uint256 length) external pure {
        Witness.open(witness).skip(length);
    }

    function test_RevertWhen_ALengthWrapsAround() external {
        vm.expectRevert(abi.encodeWithSelector(Witness.WitnessTooShort.selector, type(uint256).max, 3));
        this.skip("abc", type(uint256).max);
    }
}
