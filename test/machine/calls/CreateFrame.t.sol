// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CodeTree} from "../../../src/machine/CodeTree.sol";
import {StepKinds} from "../../../src/machine/StepKinds.sol";
import {WorldState} from "../../../src/machine/WorldState.sol";
import {CreateFrame} from "../../../src/machine/calls/CreateFrame.sol";
import {CallFrame} from "../../../src/machine/state/CallFrame.sol";
import {Machine} from "../../../src/machine/state/MachineState.sol";
import {Operation} from "../../../src/machine/state/Operation.sol";
import {WitnessBuilder} from "../utils/WitnessBuilder.sol";
import {CallTest} from "./CallTest.sol";

contract CreateFrameTest is CallTest {
    /// @dev Initcode that is read a word at a time gets the trees of code that is read at once.
    function testFuzz_InstallsWordByWordWhatCodeTreeMakesAtOnce(uint256 seed) external view {
        uint256 offset = pick(seed, 1, 0, 40);
        uint256 length = pick(seed, 2, 1, 600);
        bytes memory tree = makeBytes(offset + length + pick(seed, 3, 0, 40), seed);
        for (uint256 i = 0; i < tree.length; i++) {
            // Mostly JUMPDESTs and PUSHes, of which many reach into the next word or past the end.
            uint256 choice = uint8(tree[i]);
            if (choice < 100) tree[i] = 0x5b;
            else if (choice < 130) tree[i] = bytes1(uint8(0x5f + choice % 33));
        }
        bytes memory initcode = slice(tree, offset, length);

        Machine memory m = machine();
        m.operation.kind = StepKinds.CODE_INSTALL;
        (m.operation.sourceRoot, m.operation.sourceOffset, m.operation.sourceLength) = (rootOf(tree), offset, length);
        (m.frame.codeRoot, m.frame.jumpRoot) = (rootOf(""), rootOf(""));
        bytes memory bitmap = this.jumpBitmap(initcode);
        for (uint256 position = 0; position < length; position += 32) {
            assertEq(m.operation.kind, StepKinds.CODE_INSTALL);
            bytes memory code = WitnessBuilder.word(slice(initcode, 0, position), position / 32);
            // The bits of the words before this one: 4 bytes a word.
            bytes memory jumps = WitnessBuilder.word(slice(bitmap, 0, position / 8), position / 256);
            m = advance(m, bytes.concat(viewAccess(tree, offset + position, offset + length, 32), code, jumps));
        }
        assertEq(m.operation.kind, StepKinds.INSTRUCTION);
        (bytes32 codeRoot, bytes32 jumpRoot) = this.codeRoots(initcode);
        assertEq(m.frame.codeRoot, codeRoot);
        assertEq(m.frame.jumpRoot, jumpRoot);
    }

    function codeRoots(bytes calldata code) external pure returns (bytes32, bytes32) {
        return CodeTree.roots(code);
    }

    function jumpBitmap(bytes calldata code) external pure returns (bytes memory) {
        return CodeTree.jumpBitmap(code);
    }

    function test_AddressesAreThoseOfEthereum() external pure {
        uint64[10] memory nonces =
            [uint64(0), 1, 127, 128, 255, 256, 65_535, 65_536, type(uint32).max, type(uint64).max - 1];
        for (uint256 i = 0; i < nonces.length; i++) {
            address expected = vm.computeCreateAddress(address(0xC0DE), nonces[i]);
            assertEq(CreateFrame.createAddress(address(0xC0DE), nonces[i]), expected);
        }
        bytes32 salt = keccak256("salt");
        bytes32 codeHash = keccak256("initcode");
        address expected2 = vm.computeCreate2Address(salt, codeHash, address(0xC0DE));
        assertEq(CreateFrame.create2Address(address(0xC0DE), salt, codeHash), expected2);
    }

    function test_ReturnedCodeIsPaidForAndHashed() external view {
        checkReturn(100, 0x60, 20_000, true);
        checkReturn(100, 0x60, 1_000_000, true);
        checkReturn(24_576, 0x60, 5_000_000, true);
    }

    function test_CodeThatIsRefusedOrNotPaidForHalts() external view {
        checkReturn(100, 0x60, 19_999, false);
        checkReturn(100, 0xef, 1_000_000, false);
        checkReturn(24_577, 0x60, 5_000_000, false);
    }

    function checkReturn(uint256 length, uint8 first, uint256 gas, bool accepted) private view {
        bytes memory tree = new bytes(length + 3);
        tree[3] = bytes1(first);
        Machine memory m = returning(tree, 3, length);
        m.frame.gas = gas;
        m = advance(m, WitnessBuilder.word(tree, 0));
        assertEq(m.operation.kind, accepted ? StepKinds.KECCAK : StepKinds.FRAME_EXIT);
        assertEq(m.operation.next, accepted ? StepKinds.DEPOSIT : Operation.EXCEPTIONAL_HALT);
        assertEq(m.operation.sourceLength, accepted ? length : 0);
        assertEq(m.frame.gas, accepted ? gas - 200 * length : 0);
    }

    function test_NoCodeNeedsNoHashing() external view {
        Machine memory m = advance(returning("", 0, 0), "");
        assertEq(m.operation.kind, StepKinds.DEPOSIT);
        assertEq(m.operation.scratch0, WorldState.KECCAK_EMPTY);
    }

    function returning(bytes memory tree, uint256 offset, uint256 length) private pure returns (Machine memory m) {
        m = machine();
        m.frame.kind = CallFrame.CREATE;
        m.operation.kind = StepKinds.CREATE_RETURN;
        if (length == 0) return m;
        (m.operation.sourceRoot, m.operation.sourceOffset, m.operation.sourceLength) = (rootOf(tree), offset, length);
    }
}
