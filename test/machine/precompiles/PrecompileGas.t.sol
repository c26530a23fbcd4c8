// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PrecompileGas} from "../../../src/machine/precompiles/PrecompileGas.sol";
import {PrecompileTable} from "../../../src/machine/precompiles/PrecompileTable.sol";
import {PrecompileInputs} from "../utils/PrecompileInputs.sol";
import {Test} from "forge-std/Test.sol";

/// @notice The prices, against those of the EVM that runs the test: its call succeeds with just so much gas, and fails with
/// one less.
contract PrecompileGasTest is Test {
    function test_PricesAreThoseOfL1() external view {
        uint256[14] memory precompiles = PrecompileInputs.all();
        for (uint256 i = 1; i < 14; i++) {
            uint256 p = precompiles[i];
            _checkPrice(p, PrecompileInputs.valid(p, 1), PrecompileGas.price(p, 1));
        }
        _checkPrice(PrecompileTable.BN254_PAIRING, "", PrecompileGas.price(PrecompileTable.BN254_PAIRING, 0));
    }

    function test_PricesOfPairings() external view {
        for (uint256 count = 2; count <= 4; count++) {
            _checkElements(PrecompileTable.BN254_PAIRING, count);
            _checkElements(PrecompileTable.BLS12_PAIRING, count);
        }
    }

    /// @dev Every discount, and past the last one.
    function test_PricesOfSums() external view {
        for (uint256 count = 1; count <= 130; count++) {
            _checkElements(PrecompileTable.BLS12_G1MSM, count);
            _checkElements(PrecompileTable.BLS12_G2MSM, count);
        }
    }

    /// @dev The vectors of EIP-7883 by Nagydani: numbers of 64 bytes to 1 KB, to the powers 2, 3 and 65537.
    function test_PricesOfPowers() external pure {
        uint256[3][5] memory prices = [
            [uint256(500), 500, 2048],
            [uint256(512), 512, 8192],
            [uint256(2048), 2048, 32_768],
            [uint256(8192), 8192, 131_072],
            [uint256(32_768), 32_768, 524_288]
        ];
        uint256[3] memory powers = [uint256(2), 3, 65_537];
        for (uint256 i = 0; i < 5; i++) {
            for (uint256 j = 0; j < 3; j++) {
                uint256 size = 64 << i;
                assertEq(PrecompileGas.modExpPrice(size, j == 2 ? 3 : 1, size, powers[j]), prices[i][j]);
            }
        }
    }

    function testFuzz_PricesOfPowers(uint256 base, uint256 exponent, uint256 modulus, uint256 head, uint256 zeros)
        external
        view
    {
        base %= 1025;
        exponent %= 200;
        // Without a modulus there is no call.
        modulus = 1 + modulus % 1024;
        head >>= zeros % 257;
        uint256 headLength = exponent < 32 ? exponent : 32;
        head >>= 8 * (32 - headLength);
        bytes memory numbers = new bytes(base + exponent + modulus);
        for (uint256 i = 0; i < headLength; i++) {
            numbers[base + i] = bytes1(uint8(head >> (8 * (headLength - 1 - i))));
        }
        uint256 price = PrecompileGas.modExpPrice(base, exponent, modulus, head);
        // Not worth the time.
        if (price > 10_000_000) return;
        _checkPrice(PrecompileTable.MODEXP, bytes.concat(abi.encode(base, exponent, modulus), numbers), price);
    }

    function _checkElements(uint256 precompile, uint256 count) private view {
        _checkPrice(precompile, PrecompileInputs.valid(precompile, count), PrecompileGas.price(precompile, count));
    }

    function _checkPrice(uint256 precompile, bytes memory input, uint256 price) private view {
        (bool paid,) = address(uint160(precompile)).staticcall{gas: price}(input);
        assertTrue(paid, vm.toString(precompile));
        if (price == 0) return;
        (paid,) = address(uint160(precompile)).staticcall{gas: price - 1}(input);
        assertFalse(paid, vm.toString(precompile));
    }
}
