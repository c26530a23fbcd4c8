// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IStepMachine} from "src/machine/IStepMachine.sol";

/// @title StepsHarness
/// @notice Has a one-step verifier check many steps in one call, and tries to have it accept changed witnesses of them.
/// The witnesses are changed in here, so that a step is sent once however often it is corrupted.
contract StepsHarness {
    struct Step {
        bytes32 preState;
        bytes32 postState;
        bytes witness;
        /// Corruptions side by side: `kind 1 ‖ a 4 ‖ b 4`.
        bytes corruptions;
    }

    struct Verdict {
        /// The verifier goes from preState to postState, and to no other state.
        bool accepted;
        /// Of the verifier's execution.
        uint64 gas;
        /// Corruptions that gave other bytes than the witness; not those of the state before.
        uint16 tried;
        /// Bit i: the verifier did not revert on corruption i.
        uint256 falseAccepts;
    }

    /// @dev Kinds of corruptions; script/campaign/steps/Corruptions.ts has the same list.
    uint256 private constant FLIP = 0; // bit a
    uint256 private constant SET = 1; // byte a to b
    uint256 private constant DROP = 2; // b bytes at a
    uint256 private constant REPEAT = 3; // b bytes at a
    uint256 private constant SWAP = 4; // the words at a and b
    uint256 private constant TRUNCATE = 5; // to a bytes
    uint256 private constant APPEND = 6; // a bytes of value b
    uint256 private constant SPLICE = 7; // the first b bytes, then what the witness of step a has from there
    uint256 private constant PRE_STATE = 8; // the witness as it is, bit a of the state before flipped

    uint256 private constant CORRUPTION_BYTES = 9;
    /// @dev selector ‖ preState ‖ offset of the witness ‖ its length
    uint256 private constant HEAD_BYTES = 100;
    /// @dev What an L1 transaction has at most (EIP-7825).
    uint256 private constant GAS = 1 << 24;

    IStepMachine public immutable VERIFIER;

    error UnknownCorruption(uint256 kind);

    constructor(IStepMachine verifier) {
        VERIFIER = verifier;
    }

    /// @notice Checks every step and tries its corruptions.
    function check(Step[] calldata steps) external view returns (Verdict[] memory verdicts) {
        verdicts = new Verdict[](steps.length);
        bytes memory request = new bytes(HEAD_BYTES + 2 * _longest(steps) + 256);
        for (uint256 i = 0; i < steps.length; i++) {
            Step calldata s = steps[i];
            Verdict memory verdict = verdicts[i];
            _begin(request, s.preState);
            uint256 end = _append(request, HEAD_BYTES, s.witness);
            uint256 before = gasleft();
            (bool succeeded, bytes32 postState) = _verify(request, end, type(uint256).max);
            verdict.gas = uint64(before - gasleft());
            verdict.accepted = succeeded && postState == s.postState;
            _tryCorruptions(steps, i, request, verdict);
        }
    }

    function _tryCorruptions(Step[] calldata steps, uint256 index, bytes memory request, Verdict memory verdict)
        private
        view
    {
        Step calldata s = steps[index];
        bytes32 original = keccak256(s.witness);
        for (uint256 i = 0; i < s.corruptions.length / CORRUPTION_BYTES; i++) {
            bytes calldata corruption = s.corruptions[i * CORRUPTION_BYTES:(i + 1) * CORRUPTION_BYTES];
            uint256 kind = uint8(corruption[0]);
            _begin(request, kind == PRE_STATE ? s.preState ^ bytes32(1 << _first(corruption)) : s.preState);
            uint256 end = _corrupt(request, steps, s.witness, corruption);
            if (kind != PRE_STATE && _hash(request, HEAD_BYTES, end) == original) continue;
            if (kind != PRE_STATE) verdict.tried++;
            (bool succeeded,) = _verify(request, end, GAS);
            if (succeeded) verdict.falseAccepts |= 1 << i;
        }
    }

    /// @dev Writes the changed witness after the head of `request`; gives its end.
    function _corrupt(bytes memory request, Step[] calldata steps, bytes calldata witness, bytes calldata corruption)
        private
        pure
        returns (uint256 end)
    {
        uint256 kind = uint8(corruption[0]);
        (uint256 a, uint256 b) = (_first(corruption), _second(corruption));
        end = HEAD_BYTES;
        if (kind == DROP) {
            end = _append(request, end, witness[:a]);
            return _append(request, end, witness[a + b:]);
        }
        if (kind == REPEAT) {
            end = _append(request, end, witness[:a + b]);
            return _append(request, end, witness[a:]);
        }
        if (kind == TRUNCATE) return _append(request, end, witness[:a]);
        if (kind == SPLICE) {
            end = _append(request, end, witness[:b]);
            return _append(request, end, steps[a].witness[b:]);
        }
        end = _append(request, end, witness);
        if (kind == FLIP) {
            request[HEAD_BYTES + a / 8] ^= bytes1(uint8(1 << (7 - a % 8)));
        } else if (kind == SET) {
            request[HEAD_BYTES + a] = bytes1(uint8(b));
        } else if (kind == SWAP) {
            _writeWord(request, HEAD_BYTES + a, bytes32(witness[b:b + 32]));
            _writeWord(request, HEAD_BYTES + b, bytes32(witness[a:a + 32]));
        } else if (kind == APPEND) {
            for (; a > 0; a--) {
                request[end++] = bytes1(uint8(b));
            }
        } else {
            require(kind == PRE_STATE, UnknownCorruption(kind));
        }
    }

    /// @dev Makes `request` a call of verifyStep, up to the witness.
    function _begin(bytes memory request, bytes32 preState) private pure {
        bytes4 selector = IStepMachine.verifyStep.selector;
        _writeWord(request, 0, selector);
        _writeWord(request, 4, preState);
        _writeWord(request, 36, bytes32(uint256(64)));
    }

    /// @dev Calls the verifier with `request` up to `end`, where the witness ends.
    function _verify(bytes memory request, uint256 end, uint256 gasLimit)
        private
        view
        returns (bool succeeded, bytes32 postState)
    {
        address verifier = address(VERIFIER);
        _writeWord(request, 68, bytes32(end - HEAD_BYTES));
        // The encoding of a call is padded.
        _writeWord(request, end, 0);
        uint256 length = HEAD_BYTES + (end - HEAD_BYTES + 31) / 32 * 32;
        assembly ("memory-safe") {
            succeeded := staticcall(gasLimit, verifier, add(request, 32), length, 0, 32)
            postState := mload(0)
            succeeded := and(succeeded, eq(returndatasize(), 32))
        }
    }

    /// @dev Writes `part` at `position` of `request`; gives the position after it.
    function _append(bytes memory request, uint256 position, bytes calldata part) private pure returns (uint256) {
        assembly ("memory-safe") {
            calldatacopy(add(add(request, 32), position), part.offset, part.length)
        }
        return position + part.length;
    }

    function _writeWord(bytes memory request, uint256 position, bytes32 word) private pure {
        assembly ("memory-safe") {
            mstore(add(add(request, 32), position), word)
        }
    }

    function _hash(bytes memory request, uint256 start, uint256 end) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(add(add(request, 32), start), sub(end, start))
        }
    }

    function _first(bytes calldata corruption) private pure returns (uint256) {
        return uint32(bytes4(corruption[1:5]));
    }

    function _second(bytes calldata corruption) private pure returns (uint256) {
        return uint32(bytes4(corruption[5:9]));
    }

    function _longest(Step[] calldata steps) private pure returns (uint256 longest) {
        for (uint256 i = 0; i < steps.length; i++) {
            if (steps[i].witness.length > longest) longest = steps[i].witness.length;
        }
    }
}
