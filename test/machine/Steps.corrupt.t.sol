// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Opcodes} from "../../src/machine/Opcodes.sol";
import {StepKinds} from "../../src/machine/StepKinds.sol";
import {StepsTest} from "./utils/StepsTest.sol";

/// @notice A step has one witness (M-1 to M-6): for every step kind and every opcode, any other bytes revert.
contract CorruptStepsTest is StepsTest {
    /// @dev Bytes of a witness that are flipped one by one.
    uint256 private constant FLIPS = 40;

    /// @dev Steps of a kind (or opcode, from 256 on) that were tried.
    mapping(uint256 => bool) private tried;

    function test_RevertWhen_AWitnessOfAnInstructionIsChanged() external {
        uint256 count = _corruptFirstOfEach("compute stack state calls creations faults");
        uint256 opcodes;
        for (uint256 opcode = 0; opcode < 256; opcode++) {
            (,,, uint256 family,) = Opcodes.info(opcode);
            if (family == Opcodes.UNDEFINED) continue;
            opcodes++;
            assertTrue(tried[256 + opcode], vm.toString(opcode));
        }
        assertGe(count, opcodes);
    }

    function test_RevertWhen_AWitnessOfAnotherStepIsChanged() external {
        _corruptFirstOfEach("transactions authorizations calls creations precompiles compute");
        for (uint256 kind = StepKinds.BATCH_BEGIN; kind <= StepKinds.PRECOMPILE; kind++) {
            bool isDefined = kind <= StepKinds.BATCH_END
                || (kind >= StepKinds.CALL_ACCESS && kind <= StepKinds.SELFDESTRUCT_DEBIT) || kind >= StepKinds.COPY;
            if (isDefined) assertTrue(tried[kind], vm.toString(kind));
        }
    }

    /// @dev Of each precompile every way in which it ends.
    function test_RevertWhen_AWitnessOfAPrecompileIsChanged() external {
        Step[] memory steps = stepsOf("steps", "delegated:PRECOMPILE limits:PRECOMPILE");
        assertGt(steps.length, 100);
        for (uint256 i = 0; i < steps.length; i++) {
            _corrupt(steps[i]);
        }
    }

    function _corruptFirstOfEach(string memory programs) private returns (uint256 count) {
        Step[] memory steps = stepsOf("steps", programs);
        for (uint256 i = 0; i < steps.length; i++) {
            uint256 id = steps[i].kind == StepKinds.INSTRUCTION ? 256 + steps[i].opcode : steps[i].kind;
            if (tried[id]) continue;
            tried[id] = true;
            _corrupt(steps[i]);
            count++;
        }
    }

    function _corrupt(Step memory s) private view {
        assertEq(verifier.verifyStep(s.preState, s.witness), s.postState, s.name);
        bytes memory witness = s.witness;
        for (uint256 bit = 0; bit < 8; bit++) {
            _flip(s, witness, 0, bit);
        }
        for (uint256 i = 0; i < FLIPS; i++) {
            _flip(s, witness, i * witness.length / FLIPS, i % 8);
        }
        _flip(s, witness, witness.length - 1, 0);

        _assertRefused(s, bytes.concat(witness, hex"00"));
        _assertRefused(s, _without(witness, witness.length - 1, 1));
        _assertRefused(s, _without(witness, 0, 1));
        // A whole word less: at the front, in the middle and at the end.
        _assertRefused(s, _without(witness, 1, 32));
        _assertRefused(s, _without(witness, witness.length / 2, 32));
        _assertRefused(s, _without(witness, witness.length - 32, 32));
        _assertRefused(s, "");
    }

    function _flip(Step memory s, bytes memory witness, uint256 index, uint256 bit) private view {
        bytes1 byteBefore = witness[index];
        witness[index] = byteBefore ^ bytes1(uint8(1 << bit));
        _assertRefused(s, witness);
        witness[index] = byteBefore;
    }

    function _assertRefused(Step memory s, bytes memory witness) private view {
        try verifier.verifyStep(s.preState, witness) returns (bytes32) {
            revert(string.concat("a changed witness was accepted: ", s.name));
        } catch {}
    }

    function _without(bytes memory data, uint256 from, uint256 count) private pure returns (bytes memory rest) {
        rest = new bytes(data.length - count);
        for (uint256 i = 0; i < rest.length; i++) {
            rest[i] = data[i < from ? i : i + count];
        }
    }
}
