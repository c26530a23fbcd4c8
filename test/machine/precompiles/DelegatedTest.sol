// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StepKinds} from "../../../src/machine/StepKinds.sol";
import {PrecompileTable} from "../../../src/machine/precompiles/PrecompileTable.sol";
import {CallFrame} from "../../../src/machine/state/CallFrame.sol";
import {Machine} from "../../../src/machine/state/MachineState.sol";
import {Operation} from "../../../src/machine/state/Operation.sol";
import {BulkTest} from "../bulk/BulkTest.sol";
import {WitnessBuilder} from "../utils/WitnessBuilder.sol";

/// @notice Calls of delegated precompiles, with witnesses made by hand.
abstract contract DelegatedTest is BulkTest {
    /// @dev In the place of the index of a bad element: there is none.
    uint16 internal constant NO_ELEMENT = 0xffff;
    uint256 internal constant GAS_CAP = 6_000_000;
    /// @dev Where the calldata begins in the caller's memory, and what lies before and behind it.
    uint256 private constant OFFSET = 5;
    bytes private constant BEFORE = hex"1122334455";
    bytes private constant BEHIND = hex"66778899aabbccddeeff66778899aabbccddeeff66778899aabbccddeeff66778899aabbcc";

    /// @notice A frame of `precompile` whose calldata is `input`.
    function begin(uint256 precompile, bytes memory input) internal pure returns (Machine memory m) {
        m = machine();
        m.batch.precompileGasCap = GAS_CAP;
        m.frame.kind = CallFrame.PRECOMPILE;
        m.frame.self = m.frame.target = address(uint160(precompile));
        m.frame.gas = 10_000_000;
        m.operation.kind = StepKinds.PRECOMPILE;
        if (input.length == 0) return m;
        m.frame.calldataRoot = rootOf(bytes.concat(BEFORE, input, BEHIND));
        (m.frame.calldataOffset, m.frame.calldataLength) = (OFFSET, input.length);
    }

    /// @notice The access of `count` bytes of the calldata from `position`, as much of them as there is.
    function range(bytes memory input, uint256 position, uint256 count) internal pure returns (bytes memory) {
        if (position >= input.length || count == 0) return "";
        uint256 end = position + count < input.length ? position + count : input.length;
        bytes memory tree = bytes.concat(BEFORE, input, BEHIND);
        return WitnessBuilder.range(tree, (OFFSET + position) / 32, (OFFSET + end - 1) / 32);
    }

    /// @notice The accesses of a call that succeeds.
    function success(uint256 precompile, bytes memory input) internal pure returns (bytes memory) {
        if (precompile == PrecompileTable.MODEXP) return _ofModExp(input);
        PrecompileTable.Entry memory entry = PrecompileTable.entryOf(precompile);
        uint256 count = entry.lengths == PrecompileTable.ANY_LENGTH ? entry.elementSize : input.length;
        bytes memory access = range(input, 0, count);
        return entry.isTotal ? access : bytes.concat(bytes2(NO_ELEMENT), access);
    }

    /// @dev The lengths word by word, then the numbers; too long ones are not read.
    function _ofModExp(bytes memory input) private pure returns (bytes memory accesses) {
        bytes memory tree = bytes.concat(BEFORE, input, BEHIND);
        accesses = viewAccess(tree, OFFSET, OFFSET + input.length, 96);
        uint256[3] memory lengths = abi.decode(slice(bytes.concat(input, new bytes(96)), 0, 96), (uint256[3]));
        for (uint256 i = 0; i < 3; i++) {
            if (lengths[i] > 1024) return accesses;
        }
        return bytes.concat(accesses, range(input, 96, lengths[0] + lengths[1] + lengths[2]));
    }

    /// @notice The accesses of a call that fails for its element `bad`.
    function failure(uint256 precompile, bytes memory input, uint256 bad) internal pure returns (bytes memory) {
        uint256 size = PrecompileTable.entryOf(precompile).elementSize;
        return bytes.concat(bytes2(uint16(bad)), range(input, bad * size, size));
    }

    /// @notice The whole witness of the step with `accesses`.
    function witnessOf(Machine memory m, bytes memory accesses) internal pure returns (bytes memory) {
        return bytes.concat(WitnessBuilder.head(m, StepKinds.opens(StepKinds.PRECOMPILE)), accesses);
    }

    function checkReturned(Machine memory m, bytes memory output) internal pure {
        assertEq(m.operation.kind, StepKinds.FRAME_EXIT);
        assertEq(m.operation.next, Operation.RETURNED);
        assertEq(m.operation.sourceLength, output.length);
        assertEq(m.frame.memoryWords, (output.length + 31) / 32);
        assertEq(m.frame.memoryRoot, rootOf(output));
        if (output.length == 0) return;
        assertEq(m.operation.sourceOffset, 0);
        assertEq(m.operation.sourceRoot, m.frame.memoryRoot);
    }

    function checkHalted(Machine memory m) internal pure {
        assertEq(m.operation.kind, StepKinds.FRAME_EXIT);
        assertEq(m.operation.next, Operation.EXCEPTIONAL_HALT);
        assertEq(m.frame.gas, 0);
    }

    /// @notice What L1 answers. A precompile that fails takes all the gas that it got.
    function ask(uint256 precompile, bytes memory input) internal view returns (bool answered, bytes memory output) {
        return address(uint160(precompile)).staticcall{gas: 5_000_000}(input);
    }
}
