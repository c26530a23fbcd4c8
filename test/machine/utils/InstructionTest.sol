// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dictionary} from "../../../src/commitment/Dictionary.sol";
import {MerklePatricia} from "../../../src/commitment/MerklePatricia.sol";
import {MerkleTree} from "../../../src/commitment/MerkleTree.sol";
import {CodeTree} from "../../../src/machine/CodeTree.sol";
import {IStepMachine} from "../../../src/machine/IStepMachine.sol";
import {Opcodes} from "../../../src/machine/Opcodes.sol";
import {CallFrame} from "../../../src/machine/state/CallFrame.sol";
import {Journal} from "../../../src/machine/state/Journal.sol";
import {Machine} from "../../../src/machine/state/MachineState.sol";
import {ComputeSteps} from "../../../src/machine/steps/ComputeSteps.sol";
import {StateSteps} from "../../../src/machine/steps/StateSteps.sol";
import {WitnessBuilder} from "./WitnessBuilder.sol";
import {Test} from "forge-std/Test.sol";

/// @notice Runs single instructions on hand-made states: a test builds the state before, says what the state after must
/// be, and the step must give exactly that.
abstract contract InstructionTest is Test {
    using WitnessBuilder for Machine;

    uint256 internal constant GAS = 1_000_000;
    address internal constant SELF = address(0x5E1F);
    address internal constant CALLER = address(0xCA11);
    address internal constant ORIGIN = address(0x0419);
    address internal constant FEE_RECIPIENT = address(0xFEE);

    IStepMachine internal compute = new ComputeSteps();
    IStepMachine internal state = new StateSteps();

    /// @dev What the witness of an instruction is made from besides the records.
    bytes internal code;
    uint256[] internal stack;
    /// The accesses after the operands.
    bytes internal accesses;

    /// @notice A frame that is about to run the first instruction of `code` on `stack`, with empty memory, no state and
    /// GAS gas.
    function machine() internal view returns (Machine memory m) {
        m.batch.baseRoot = MerklePatricia.EMPTY_ROOT;
        m.batch.chainId = 31_337;
        m.batch.feeRecipient = FEE_RECIPIENT;
        m.batch.blockGasLimit = 30_000_000;
        m.block.number = 1000;
        m.block.time = 1_700_000_000;
        m.block.baseFee = 7;
        m.block.prevRandao = keccak256("prevRandao");
        m.transaction.origin = ORIGIN;
        m.transaction.gasPrice = 9;
        m.transaction.startDiffRoot = Dictionary.EMPTY;
        m.journal.diffRoot = Dictionary.EMPTY;
        Journal.reset(m.journal);
        m.frame.kind = CallFrame.CALL;
        m.frame.depth = 1;
        m.frame.self = SELF;
        m.frame.caller = CALLER;
        m.frame.value = 3;
        m.frame.gas = GAS;
        m.frame.memoryRoot = MerkleTree.zero(MerkleTree.MEMORY_DEPTH);
        (m.frame.codeRoot, m.frame.jumpRoot) = this.codeRoots(code);
        m.frame.codeSize = code.length;
        setStack(m, stack);
    }

    function codeRoots(bytes calldata bytecode) external pure returns (bytes32, bytes32) {
        return CodeTree.roots(bytecode);
    }

    function setStack(Machine memory m, uint256[] memory items) internal pure {
        m.frame.stack = WitnessBuilder.stackOf(items);
        m.frame.stackSize = items.length;
    }

    /// @notice The state of `m` after an instruction that took `input` items, gave `results` (the last one on top), cost
    /// `gasCost` and did nothing else.
    function after_(Machine memory m, uint256 input, uint256[] memory results, uint256 gasCost)
        internal
        view
        returns (Machine memory result)
    {
        result = clone(m);
        uint256[] memory items = new uint256[](stack.length - input + results.length);
        for (uint256 i = 0; i < items.length; i++) {
            items[i] = i < stack.length - input ? stack[i] : results[i + input - stack.length];
        }
        setStack(result, items);
        result.frame.gas -= gasCost;
        result.frame.pc++;
    }

    /// @notice The state of `m` after its frame has halted exceptionally.
    function halted(Machine memory m) internal pure returns (Machine memory result) {
        result = clone(m);
        result.halt();
    }

    /// @notice The witness of the instruction at the start of `code`: of one that halts in its prologue, what the
    /// prologue has reached.
    function witnessOf(Machine memory m) internal view returns (bytes memory) {
        uint256 opcode = m.frame.codeSize == 0 ? 0 : uint8(code[0]);
        (uint256 input, uint256 output, uint256 gasCost, uint256 family, uint256 opens) = Opcodes.info(opcode);
        bytes memory data = WitnessBuilder.head(m, family == Opcodes.UNDEFINED ? 16 : opens);
        if (m.frame.codeSize != 0) data = bytes.concat(data, WitnessBuilder.word(code, 0));
        bool runs = family != Opcodes.UNDEFINED && stack.length >= input && stack.length - input + output <= 1024
            && m.frame.gas >= gasCost;
        return runs ? bytes.concat(data, WitnessBuilder.operands(stack, input), accesses) : data;
    }

    /// @notice Runs the instruction on `m` and checks that the state after it is `expected`.
    function check(IStepMachine steps, Machine memory m, Machine memory expected) internal view {
        bytes32 postState = steps.verifyStep(m.hashOf(), witnessOf(m));
        assertEq(postState, expected.hashOf(), vm.toString(code));
    }

    function clone(Machine memory m) internal pure returns (Machine memory) {
        return abi.decode(abi.encode(m), (Machine));
    }

    function list() internal pure returns (uint256[] memory) {}

    function list(uint256 a) internal pure returns (uint256[] memory items) {
        items = new uint256[](1);
        items[0] = a;
    }

    function list(uint256 a, uint256 b) internal pure returns (uint256[] memory items) {
        items = new uint256[](2);
        (items[0], items[1]) = (a, b);
    }

    function list(uint256 a, uint256 b, uint256 c) internal pure returns (uint256[] memory items) {
        items = new uint256[](3);
        (items[0], items[1], items[2]) = (a, b, c);
    }
}
