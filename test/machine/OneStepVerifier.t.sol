// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dictionary} from "../../src/commitment/Dictionary.sol";
import {BatchInput, ChainConfig, IStepMachine} from "../../src/machine/IStepMachine.sol";
import {OneStepVerifier} from "../../src/machine/OneStepVerifier.sol";
import {Opcodes} from "../../src/machine/Opcodes.sol";
import {StepKinds} from "../../src/machine/StepKinds.sol";
import {Machine} from "../../src/machine/state/MachineState.sol";
import {InstructionTest} from "./utils/InstructionTest.sol";
import {WitnessBuilder} from "./utils/WitnessBuilder.sol";

/// @notice A part of the verifier that only says which one it is.
contract NamedPart is IStepMachine {
    bytes32 private immutable NAME;

    constructor(bytes32 name) {
        NAME = name;
    }

    function verifyStep(bytes32 preState, bytes calldata witness) external view returns (bytes32) {
        return keccak256(abi.encode(NAME, preState, witness));
    }
}

contract OneStepVerifierTest is InstructionTest {
    using WitnessBuilder for Machine;

    OneStepVerifier private verifier = new OneStepVerifier(
        OneStepVerifier.Parts({
            compute: new NamedPart("compute"),
            state: new NamedPart("state"),
            calls: new NamedPart("calls"),
            boundary: new NamedPart("boundary"),
            bulk: new NamedPart("bulk")
        })
    );

    function _assertPart(bytes32 name, bytes memory witness) private view {
        assertEq(verifier.verifyStep("pre", witness), keccak256(abi.encode(name, bytes32("pre"), witness)));
    }

    function test_EveryStepKindGoesToItsPart() external view {
        for (uint256 kind = 1; kind <= StepKinds.PRECOMPILE; kind++) {
            bool defined = kind <= 17 || (kind >= 20 && kind <= 32) || kind >= 40;
            if (!defined) continue;
            Machine memory m = machine();
            m.operation.kind = kind;
            bytes32 name = kind <= 17 ? bytes32("boundary") : kind < 40 ? bytes32("calls") : bytes32("bulk");
            for (uint256 opens = 0; opens < 32; opens++) {
                _assertPart(name, m.head(opens));
            }
        }
    }

    function test_EveryOpcodeGoesToThePartOfItsFamily() external {
        for (uint256 opcode = 0; opcode < 256; opcode++) {
            // Anywhere in a word, beside an opcode of another part.
            code = new bytes(40);
            for (uint256 i = 0; i < 40; i++) {
                code[i] = opcode < 0x30 ? bytes1(0x30) : bytes1(0x01);
            }
            uint256 pc = opcode % 40;
            code[pc] = bytes1(uint8(opcode));
            Machine memory m = machine();
            m.frame.pc = pc;
            (,,,, uint256 opens) = Opcodes.info(opcode);
            bytes memory witness = bytes.concat(m.head(opens | 16), WitnessBuilder.word(code, pc / 32));
            _assertPart(_partOf(opcode), witness);
        }
    }

    /// @dev By the numbers of the opcodes, which the families follow but for PC, GAS, STOP and a few others.
    function _partOf(uint256 opcode) private pure returns (bytes32) {
        bool environment = opcode >= 0x30 && opcode <= 0x4a;
        bool inStorage = opcode == 0x54 || opcode == 0x55 || opcode == 0x5c || opcode == 0x5d;
        bool system = (opcode >= 0xf0 && opcode <= 0xf5) || opcode == 0xfa || opcode >= 0xfd;
        return environment || inStorage || system ? bytes32("state") : bytes32("compute");
    }

    function test_PastTheEndOfTheCodeIsStop() external {
        code = hex"30";
        Machine memory m = machine();
        m.frame.pc = 1;
        _assertPart("compute", m.head(16));
    }

    function test_AHaltedStateIsAFixedPoint() external view {
        bytes32 halted_ = verifier.haltedState("diffRoot");
        assertEq(halted_, keccak256(abi.encode(bytes32("MachineHalted"), bytes32("diffRoot"))));
        assertEq(verifier.verifyStep(halted_, bytes.concat(hex"80", bytes32("diffRoot"))), halted_);
    }

    function test_RevertWhen_ARunningStateIsSaidToBeHalted() external {
        bytes32 running = machine().hashOf();
        vm.expectRevert(
            abi.encodeWithSelector(OneStepVerifier.HaltedState.selector, running, verifier.haltedState("diffRoot"))
        );
        verifier.verifyStep(running, bytes.concat(hex"80", bytes32("diffRoot")));
    }

    function test_RevertWhen_TheWitnessOfAHaltedStateHasAnotherLength() external {
        bytes32 halted_ = verifier.haltedState(0);
        vm.expectRevert(abi.encodeWithSelector(OneStepVerifier.HaltedWitnessLength.selector, 33, 34));
        verifier.verifyStep(halted_, bytes.concat(hex"80", bytes32(0), hex"00"));
        vm.expectRevert(abi.encodeWithSelector(OneStepVerifier.HaltedWitnessLength.selector, 33, 1));
        verifier.verifyStep(halted_, hex"80");
    }

    function test_RevertWhen_TheWitnessIsEmpty() external {
        bytes32 halted_ = verifier.haltedState(0);
        vm.expectRevert(OneStepVerifier.WitnessEmpty.selector);
        verifier.verifyStep(halted_, "");
    }

    function test_TheStartStateIsTheOneOfTheSpecification() external view {
        ChainConfig memory config = ChainConfig({
            chainId: 1,
            feeRecipient: address(2),
            blockGasLimit: 3,
            batchGasLimit: 4,
            maxTransactionBytes: 5,
            precompileGasCap: 6
        });
        BatchInput memory input = BatchInput({payloadRoot: bytes32(uint256(7)), payloadLength: 8, l1Time: 9});
        bytes32 empty = Dictionary.EMPTY;
        bytes32 batch =
            keccak256(abi.encode(bytes32("MachineBatch"), bytes32("root"), 7, 8, 9, 1, address(2), 3, 4, 5, 6, 0, 0));
        bytes32 journal = keccak256(abi.encode(bytes32("MachineJournal"), empty, empty, empty, empty, empty, 0, 0));
        bytes32 operation =
            keccak256(bytes.concat(bytes32("MachineOperation"), bytes32(uint256(1)), new bytes(14 * 32)));
        assertEq(
            verifier.startState("root", input, config),
            keccak256(
                abi.encode(
                    bytes32("MachineRunning"),
                    batch,
                    _emptyRecord("MachineBlock", 8),
                    _emptyRecord("MachineTransaction", 23),
                    journal,
                    _emptyRecord("MachineFrame", 26),
                    operation,
                    _emptyRecord("MachineCall", 16)
                )
            )
        );
    }

    function _emptyRecord(bytes32 tag, uint256 words) private pure returns (bytes32) {
        return keccak256(bytes.concat(tag, new bytes(words * 32)));
    }
}
