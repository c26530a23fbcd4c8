// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Witness} from "./Witness.sol";
import {Machine} from "./state/MachineState.sol";

/// @title OperandStack
/// @notice The operand stack of a frame as a hash chain: an instruction opens the items that it takes and no more.
library OperandStack {
    using Witness for Witness.Cursor;

    bytes32 internal constant TAG = "OperandStack";

    /// @dev Most items of a stack.
    uint256 internal constant LIMIT = 1024;

    error StackHash(bytes32 expected, bytes32 computed);

    /// @notice Whether an instruction that takes `input` items and gives `output` can run.
    function fits(Machine memory m, uint256 input, uint256 output) internal pure returns (bool) {
        uint256 size = m.frame.stackSize;
        // SAFETY: the second test is made only if size >= input.
        unchecked {
            return size >= input && size - input + output <= LIMIT;
        }
    }

    /// @notice Takes the `count` top items, which the witness holds (`rest ‖ items, top first`), off the stack.
    /// @dev INVARIANT: `fits` was checked.
    function pop(Machine memory m, uint256 count) internal pure {
        if (count == 0) return;
        bytes32 rest = m.cursor.word();
        uint256 items = m.cursor.skip(count * 32);
        m.items = items;

        bytes32 chain = rest;
        // SAFETY: the cursor has bounded the items.
        unchecked {
            for (uint256 offset = items + count * 32; offset != items;) {
                offset -= 32;
                bytes32 value;
                assembly ("memory-safe") {
                    value := calldataload(offset)
                }
                chain = link(chain, value);
            }
        }
        // INVARIANT: M-5, the operands are those that the state commits to.
        require(chain == m.frame.stack, StackHash(m.frame.stack, chain));
        m.frame.stack = rest;
        m.frame.stackSize -= count;
    }

    /// @notice An item that `pop` took; 0 is the top one.
    /// @dev INVARIANT: index < count.
    function item(Machine memory m, uint256 index) internal pure returns (uint256 value) {
        uint256 offset = m.items + index * 32;
        assembly ("memory-safe") {
            value := calldataload(offset)
        }
    }

    /// @notice Puts an item on the stack.
    /// @dev INVARIANT: `fits` was checked.
    function push(Machine memory m, uint256 value) internal pure {
        m.frame.stack = link(m.frame.stack, bytes32(value));
        m.frame.stackSize++;
    }

    /// @notice The chain `rest` with `value` on top.
    function link(bytes32 rest, bytes32 value) internal pure returns (bytes32 chain) {
        assembly ("memory-safe") {
            // SAFETY: memory past the free pointer is scratch space.
            let preimage := mload(0x40)
            mstore(preimage, TAG)
            mstore(add(preimage, 32), rest)
            mstore(add(preimage, 64), value)
            chain := keccak256(preimage, 96)
        }
    }
}
