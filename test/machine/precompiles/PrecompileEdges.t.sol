// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PrecompileTable} from "../../../src/machine/precompiles/PrecompileTable.sol";
import {Ffi} from "../../utils/Ffi.sol";

/// @notice The prover's own precompiles against those of L1, at the edges of what they take: they are two implementations,
/// and an input on which they part is a step that nobody can prove.
contract PrecompileEdgesTest is Ffi {
    struct Edge {
        string name;
        uint256 precompile;
        bytes input;
        /// What the input was made to be: its first invalid element.
        uint256 expectedBad;
        /// What the prover says that it is.
        uint256 bad;
        bytes output;
    }

    /// @dev In the place of the index of a bad element: there is none.
    uint256 private constant NO_ELEMENT = 0xffff;
    /// @dev Above the price of any of the inputs. A call that fails takes all of it.
    uint256 private constant GAS = 250_000;

    function test_Blake2() external {
        _check("Blake2", 100, 0);
    }

    function test_Bls12() external {
        _check("Bls12", 600, 600);
    }

    function test_Bls12Map() external {
        _check("Bls12Map", 60, 100);
    }

    function test_Bn254() external {
        _check("Bn254", 100, 500);
    }

    function test_ModExp() external {
        _check("ModExp", 300, 0);
    }

    function test_P256() external {
        _check("P256", 60, 0);
    }

    function test_PointEvaluation() external {
        _check("PointEvaluation", 7, 50);
    }

    /// @dev A family of edges, of which so many at least are taken and refused.
    function _check(string memory family, uint256 leastTaken, uint256 leastRefused) private {
        Edge[] memory edges = abi.decode(ffi("precompiles", family), (Edge[]));
        uint256 refused;
        for (uint256 i = 0; i < edges.length; i++) {
            Edge memory edge = edges[i];
            assertEq(edge.bad, edge.expectedBad, string.concat(edge.name, ": the bad element"));
            if (edge.bad == NO_ELEMENT) {
                _checkTaken(edge);
            } else {
                _checkRefused(edge);
                refused++;
            }
        }
        assertGe(edges.length - refused, leastTaken, "taken");
        assertGe(refused, leastRefused, "refused");
    }

    function _checkTaken(Edge memory edge) private view {
        (bool success, bytes memory output) = _ask(edge.precompile, edge.input);
        assertTrue(success, string.concat(edge.name, ": L1 refuses what the prover takes"));
        assertEq(output, edge.output, string.concat(edge.name, ": the output"));
    }

    /// @dev What the step does as well: the input fails, and so does the element alone (M-9).
    function _checkRefused(Edge memory edge) private view {
        (bool success,) = _ask(edge.precompile, edge.input);
        assertFalse(success, string.concat(edge.name, ": L1 takes what the prover refuses"));
        uint256 size = PrecompileTable.entryOf(edge.precompile).elementSize;
        (success,) = _ask(edge.precompile, _slice(edge.input, edge.bad * size, size));
        assertFalse(success, string.concat(edge.name, ": L1 takes the element that the prover names"));
    }

    function _ask(uint256 precompile, bytes memory input) private view returns (bool success, bytes memory output) {
        return address(uint160(precompile)).staticcall{gas: GAS}(input);
    }

    function _slice(bytes memory data, uint256 start, uint256 length) private pure returns (bytes memory part) {
        assertLe(start + length, data.length, "the element lies in the input");
        part = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(part, 32), add(add(data, 32), start), length)
        }
    }
}
