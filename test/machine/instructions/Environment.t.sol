// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dictionary} from "../../../src/commitment/Dictionary.sol";
import {MerkleTree} from "../../../src/commitment/MerkleTree.sol";
import {Rlp} from "../../../src/commitment/Rlp.sol";
import {StateDiff} from "../../../src/commitment/StateDiff.sol";
import {StateProof} from "../../../src/commitment/StateProof.sol";
import {StepKinds} from "../../../src/machine/StepKinds.sol";
import {WorldState} from "../../../src/machine/WorldState.sol";
import {Machine} from "../../../src/machine/state/MachineState.sol";
import {InstructionTest} from "../utils/InstructionTest.sol";
import {WitnessBuilder} from "../utils/WitnessBuilder.sol";

contract EnvironmentTest is InstructionTest {
    address private constant TARGET = address(0x7A6E7);
    bytes private constant TARGET_CODE = hex"600160025b";
    bytes32 private constant NO_STORAGE = 0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421;

    // ------------------------------------------------------------------------------------------ frame, transaction

    function test_ReadsOfTheFrameAndTheTransaction() external {
        _reads(0x30, uint160(SELF));
        _reads(0x32, uint160(ORIGIN));
        _reads(0x33, uint160(CALLER));
        _reads(0x34, 3);
        _reads(0x36, 100);
        _reads(0x38, 1);
        _reads(0x3a, 9);
        _reads(0x3d, 50);
    }

    function test_ReadsOfTheBlock() external {
        _reads(0x41, uint160(FEE_RECIPIENT));
        _reads(0x42, 1_700_000_000);
        _reads(0x43, 1000);
        _reads(0x44, uint256(keccak256("prevRandao")));
        _reads(0x45, 30_000_000);
        _reads(0x46, 31_337);
        _reads(0x48, 7);
        _reads(0x4a, 1);
        stack = list(0);
        code = hex"49";
        Machine memory m = machine();
        check(state, m, after_(m, 1, list(0), 3));
    }

    function _reads(uint8 opcode, uint256 result) private {
        code = abi.encodePacked(opcode);
        Machine memory m = _withData();
        check(state, m, after_(m, 0, list(result), 2));
    }

    /// @dev 100 bytes of calldata from byte 20 of a tree, and 50 bytes of return data from byte 10 of it.
    function _withData() private view returns (Machine memory m) {
        m = machine();
        (m.frame.calldataRoot, m.frame.calldataOffset, m.frame.calldataLength) = (_dataRoot(), 20, 100);
        (m.frame.returndataRoot, m.frame.returndataOffset, m.frame.returndataLength) = (_dataRoot(), 10, 50);
    }

    function _data() private pure returns (bytes memory data) {
        data = new bytes(200);
        for (uint256 i = 0; i < 200; i++) {
            data[i] = bytes1(uint8(i + 1));
        }
    }

    function _dataRoot() private pure returns (bytes32) {
        return MerkleTree.rootOf(_data(), 17);
    }

    function test_CalldataloadAtAnyPosition() external {
        code = hex"35";
        uint256[7] memory positions = [uint256(0), 5, 12, 68, 69, 99, 70];
        for (uint256 i = 0; i < positions.length; i++) {
            uint256 position = positions[i];
            stack = list(position);
            uint256 expected;
            for (uint256 j = position; j < position + 32; j++) {
                expected = (expected << 8) | (j < 100 ? uint8(_data()[20 + j]) : 0);
            }
            uint256 first = (20 + position) / 32;
            uint256 last = (20 + (position + 31 < 99 ? position + 31 : 99)) / 32;
            accesses = WitnessBuilder.word(_data(), first);
            if (last != first) accesses = bytes.concat(accesses, WitnessBuilder.word(_data(), last));
            Machine memory m = _withData();
            check(state, m, after_(m, 1, list(expected), 3));
        }
    }

    function test_CalldataloadPastTheEndIsZeroWithoutAnAccess() external {
        code = hex"35";
        uint256[3] memory positions = [uint256(100), 1 << 64, type(uint256).max];
        for (uint256 i = 0; i < positions.length; i++) {
            stack = list(positions[i]);
            Machine memory m = _withData();
            check(state, m, after_(m, 1, list(0), 3));
        }
    }

    // ------------------------------------------------------------------------------------------------------ copies

    function test_CopiesStartACopy() external {
        Machine memory m = _copyMachine(0x37, 40, 30, 64);
        check(state, m, _copied(m, 3, m.frame.calldataRoot, 20, 100, 30));
        m = _copyMachine(0x39, 40, 0, 64);
        check(state, m, _copied(m, 3, m.frame.codeRoot, 0, 1, 0));
        m = _copyMachine(0x3e, 40, 10, 64);
        check(state, m, _copied(m, 3, m.frame.returndataRoot, 10, 50, 10));
    }

    function test_ACopyFromPastTheEndStartsAtTheEnd() external {
        Machine memory m = _copyMachine(0x37, 40, type(uint256).max, 64);
        check(state, m, _copied(m, 3, m.frame.calldataRoot, 20, 100, 100));
        m = _copyMachine(0x39, 40, 2, 64);
        check(state, m, _copied(m, 3, m.frame.codeRoot, 0, 1, 1));
    }

    function test_ACopyOfNothingIsOver() external {
        uint8[3] memory opcodes = [0x37, 0x39, 0x3e];
        for (uint256 i = 0; i < 3; i++) {
            Machine memory m = _copyMachine(opcodes[i], 0, 50, type(uint256).max);
            check(state, m, after_(m, 3, list(), 3));
        }
    }

    function test_ReturndatacopyOutOfBoundsHalts() external {
        Machine memory m = _copyMachine(0x3e, 0, 51, 0);
        check(state, m, halted(m));
        m = _copyMachine(0x3e, 41, 10, 0);
        check(state, m, halted(m));
        m = _copyMachine(0x3e, type(uint256).max, 10, 0);
        check(state, m, halted(m));
    }

    function test_CopiesHaltWithoutGas() external {
        uint8[3] memory opcodes = [0x37, 0x39, 0x3e];
        for (uint256 i = 0; i < 3; i++) {
            Machine memory m = _copyMachine(opcodes[i], 40, 0, 64);
            m.frame.gas = 3 + 2 * 3 + 4 * 3 - 1;
            check(state, m, halted(m));
            m.frame.gas = 3 + 4 * 3 - 1;
            check(state, m, halted(m));
        }
    }

    function _copyMachine(uint8 opcode, uint256 size, uint256 start, uint256 destination)
        private
        returns (Machine memory)
    {
        code = abi.encodePacked(opcode);
        stack = list(size, start, destination);
        return _withData();
    }

    /// @dev After a copy of 40 bytes to byte 64 was paid for.
    function _copied(Machine memory m, uint256 base, bytes32 root, uint256 offset, uint256 length, uint256 position)
        private
        view
        returns (Machine memory expected)
    {
        expected = after_(m, stack.length, list(), base + 2 * 3 + 4 * 3);
        expected.frame.memoryWords = 4;
        expected.operation.kind = StepKinds.COPY;
        expected.operation.sourceRoot = root;
        expected.operation.sourceOffset = offset;
        expected.operation.sourceLength = length;
        expected.operation.position = position;
        expected.operation.destination = 64;
        expected.operation.remaining = 40;
    }

    // --------------------------------------------------------------------------------------------- other accounts

    /// @dev TARGET exists with a balance of 1000 and code; the proof of it goes to `accesses` after `before`.
    function _withTarget(bytes memory before) private returns (Machine memory m) {
        StateProof.Account memory account =
            StateProof.Account({nonce: 1, balance: 1000, storageRoot: NO_STORAGE, codeHash: keccak256(TARGET_CODE)});
        bytes32 root;
        bytes memory proof;
        (root, proof) = WitnessBuilder.singleTrie(WorldState.addressKey(TARGET), StateProof.encodeAccount(account));
        m = machine();
        m.batch.baseRoot = root;
        accesses = bytes.concat(before, hex"00", proof);
    }

    function _accessed(Machine memory m, uint256 result, uint256 cost) private view returns (Machine memory expected) {
        expected = after_(m, 1, list(result), cost);
        expected.journal.warmAddresses = Dictionary.hashLeaf(WorldState.addressKey(TARGET), WorldState.MEMBER);
    }

    function test_ReadsOfAColdAccount() external {
        stack = list(uint160(TARGET) | (uint256(0xabc) << 160));
        code = hex"31";
        Machine memory m = _withTarget(hex"00");
        check(state, m, _accessed(m, 1000, 2600));

        code = hex"3f";
        m = _withTarget(hex"00");
        check(state, m, _accessed(m, uint256(keccak256(TARGET_CODE)), 2600));

        code = hex"3b";
        m = _withTarget(hex"00");
        accesses = bytes.concat(accesses, bytes2(uint16(TARGET_CODE.length)), TARGET_CODE);
        check(state, m, _accessed(m, TARGET_CODE.length, 2600));
    }

    function test_ReadsOfAWarmAccount() external {
        stack = list(uint160(TARGET));
        code = hex"31";
        Machine memory m = _withTarget(bytes.concat(hex"02", WorldState.MEMBER, hex"0000"));
        m.journal.warmAddresses = Dictionary.hashLeaf(WorldState.addressKey(TARGET), WorldState.MEMBER);
        check(state, m, _accessed(m, 1000, 100));
    }

    function test_AddressesThatAreWarmByRuleNeedNoProof() external {
        address[6] memory targets = [ORIGIN, FEE_RECIPIENT, TARGET, address(1), address(0x11), address(0x100)];
        code = hex"31";
        for (uint256 i = 0; i < targets.length; i++) {
            stack = list(uint160(targets[i]));
            accesses = hex"0000";
            Machine memory m = machine();
            m.transaction.to = TARGET;
            check(state, m, after_(m, 1, list(0), 100));
        }
    }

    function test_AddressesNextToThePrecompilesAreCold() external {
        address[3] memory targets = [address(0), address(0x12), address(0x101)];
        code = hex"31";
        for (uint256 i = 0; i < targets.length; i++) {
            stack = list(uint160(targets[i]));
            accesses = hex"000000";
            Machine memory m = machine();
            m.transaction.to = TARGET;
            Machine memory expected = after_(m, 1, list(0), 2600);
            expected.journal.warmAddresses = Dictionary.hashLeaf(WorldState.addressKey(targets[i]), WorldState.MEMBER);
            check(state, m, expected);
        }
    }

    function test_ExtcodehashOfAnAbsentAccountIsZero() external {
        code = hex"3f";
        stack = list(uint160(TARGET));
        accesses = hex"000000";
        Machine memory m = machine();
        check(state, m, _accessed(m, 0, 2600));
    }

    function test_ReadsOfAnAccountThatTheBatchHasChanged() external {
        code = hex"31";
        stack = list(uint160(TARGET));
        Machine memory m = _withTarget(hex"00");
        StateDiff.AccountDiff memory part = StateDiff.AccountDiff({
            kind: StateDiff.SET, nonce: 1, balance: 77, codeHash: keccak256(TARGET_CODE), storageRoot: Dictionary.EMPTY
        });
        bytes memory proof;
        (m.journal.diffRoot, proof) = WitnessBuilder.singleAccount(WorldState.addressKey(TARGET), part);
        // The proof of the diff stands where _withTarget has put that of an empty one.
        bytes memory rest = new bytes(accesses.length - 2);
        for (uint256 i = 0; i < rest.length; i++) {
            rest[i] = accesses[i + 2];
        }
        accesses = bytes.concat(hex"00", proof, rest);
        check(state, m, _accessed(m, 77, 2600));
    }

    function test_AReadHaltsBeforeItOpensTheAccount() external {
        uint8[3] memory opcodes = [0x31, 0x3b, 0x3f];
        for (uint256 i = 0; i < 3; i++) {
            code = abi.encodePacked(opcodes[i]);
            stack = list(uint160(TARGET));
            accesses = hex"00";
            Machine memory m = machine();
            m.frame.gas = 2599;
            check(state, m, halted(m));
        }
    }

    function test_RevertWhen_TheCodeIsNotTheAccounts() external {
        code = hex"3b";
        stack = list(uint160(TARGET));
        Machine memory m = _withTarget(hex"00");
        bytes memory other = hex"600160025c";
        accesses = bytes.concat(accesses, bytes2(uint16(other.length)), other);
        bytes memory witness = witnessOf(m);
        bytes32 preState = WitnessBuilder.hashOf(m);
        vm.expectRevert(abi.encodeWithSelector(WorldState.CodeHash.selector, keccak256(TARGET_CODE), keccak256(other)));
        state.verifyStep(preState, witness);
    }

    function test_ExtcodecopyStartsACopy() external {
        code = hex"3c";
        stack = new uint256[](4);
        (stack[0], stack[1], stack[2], stack[3]) = (40, 2, 64, uint160(TARGET));
        Machine memory m = _withTarget(hex"00");
        accesses = bytes.concat(accesses, bytes2(uint16(TARGET_CODE.length)), TARGET_CODE);
        Machine memory expected = _copied(m, 2600, MerkleTree.rootOf(TARGET_CODE, 17), 0, 5, 2);
        expected.journal.warmAddresses = Dictionary.hashLeaf(WorldState.addressKey(TARGET), WorldState.MEMBER);
        check(state, m, expected);
        // Memory and words are charged before the access, whose proof a frame that can't pay them does not need.
        accesses = "";
        m.frame.gas = 17;
        check(state, m, halted(m));
    }

    function test_Selfbalance() external {
        code = hex"47";
        accesses = hex"0000";
        Machine memory m = machine();
        check(state, m, after_(m, 0, list(0), 5));
    }

    // --------------------------------------------------------------------------------------------------- BLOCKHASH

    function test_BlockhashOutOfRangeIsZeroWithoutAnAccess() external {
        code = hex"40";
        uint256[4] memory numbers = [uint256(1000), 1001, 743, type(uint256).max];
        for (uint256 i = 0; i < numbers.length; i++) {
            stack = list(numbers[i]);
            Machine memory m = machine();
            check(state, m, after_(m, 1, list(0), 20));
        }
    }

    function test_BlockhashReadsTheSystemAccount() external {
        code = hex"40";
        uint256[2] memory numbers = [uint256(999), 744];
        for (uint256 i = 0; i < numbers.length; i++) {
            bytes32 key = keccak256(abi.encode(numbers[i] % 8191));
            (bytes32 storageRoot, bytes memory slotProof) =
                WitnessBuilder.singleTrie(key, Rlp.encodeInteger(uint256(keccak256("hash"))));
            StateProof.Account memory account =
                StateProof.Account({nonce: 1, balance: 0, storageRoot: storageRoot, codeHash: keccak256("code")});
            (bytes32 root, bytes memory proof) = WitnessBuilder.singleTrie(
                WorldState.addressKey(WorldState.SYSTEM_ACCOUNT), StateProof.encodeAccount(account)
            );
            stack = list(numbers[i]);
            accesses = bytes.concat(hex"00", proof, hex"00", slotProof);
            Machine memory m = machine();
            m.batch.baseRoot = root;
            check(state, m, after_(m, 1, list(uint256(keccak256("hash"))), 20));
        }
    }
}
