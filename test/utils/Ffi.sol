// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

/// @notice Asks a script of test/ffi for cases: one call, many cases, ABI-encoded.
abstract contract Ffi is Test {
    function ffi(string memory script, string memory argument) internal returns (bytes memory) {
        string[] memory command = new string[](5);
        command[0] = "node";
        command[1] = "--import";
        command[2] = "tsx";
        command[3] = string.concat("test/ffi/", script, ".ts");
        command[4] = argument;
        return vm.ffi(command);
    }
}
