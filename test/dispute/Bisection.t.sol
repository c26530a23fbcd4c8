// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {Bisection} from "src/dispute/Bisection.sol";
import {GameState} from "src/dispute/GameState.sol";

/// @notice The bisection engine alone (D-6, D-12, D-13).
contract BisectionTest is Test {
    /// @dev Stands for the game contract: libraries that take calldata need an outer call.
    function post(GameState memory game, bytes32[] calldata points, uint8 arity)
        external
        pure
        returns (GameState memory)
    {
        Bisection.post(game, points, arity);
        return game;
    }

    function narrow(GameState memory game, uint256 piece, uint8 arity) external pure returns (GameState memory) {
        Bisection.narrow(game, piece, arity);
        return game;
    }

    function hashAt(uint256 index) internal pure returns (bytes32) {
        return keccak256(abi.encode(index));
    }

    function stateOf(uint64 low, uint64 high, uint8 arity) internal view returns (GameState memory game) {
        (game.low, game.high) = (low, high);
        (game.agreed, game.disputed) = (hashAt(low), hashAt(high));
        uint256 count = Bisection.pieces(low, high, arity);
        bytes32[] memory points = new bytes32[](count - 1);
        for (uint256 i = 1; i < count; ++i) {
            points[i - 1] = hashAt(Bisection.position(low, high, i, count));
        }
        return this.post(game, points, arity);
    }

    /// The pieces cover the range, none is empty, and none is longer than ⌈length / pieces⌉.
    function testFuzz_PiecesCoverTheRange(uint64 low, uint64 length, uint8 arity) public pure {
        arity = uint8(bound(arity, 2, 255));
        length = uint64(bound(length, 1, 1 << 40));
        low = uint64(bound(low, 0, 1 << 62));
        uint256 count = Bisection.pieces(low, low + length, arity);
        assertEq(Bisection.position(low, low + length, 0, count), low);
        assertEq(Bisection.position(low, low + length, count, count), low + length);
        for (uint256 i = 0; i < count; ++i) {
            uint64 from = Bisection.position(low, low + length, i, count);
            uint64 to = Bisection.position(low, low + length, i + 1, count);
            assertGt(to, from, "empty");
            assertLe(to - from, (length + count - 1) / count, "too long");
        }
    }

    /// Whatever is disputed, the search ends at one step from index to index + 1 with both ends' own hashes.
    function testFuzz_EverySearchEndsAtItsIndex(uint64 length, uint64 index, uint8 arity) public view {
        arity = uint8(bound(arity, 2, 64));
        length = uint64(bound(length, 1, 1 << 30));
        index = uint64(bound(index, 0, length - 1));
        (uint64 low, uint64 high) = (0, length);
        uint256 rounds;
        while (high - low > 1) {
            GameState memory game = stateOf(low, high, arity);
            uint256 count = game.points.length + 1;
            uint256 piece;
            while (Bisection.position(low, high, piece + 1, count) <= index) ++piece;
            game = this.narrow(game, piece, arity);
            (low, high) = (game.low, game.high);
            assertEq(game.agreed, hashAt(low));
            assertEq(game.disputed, hashAt(high));
            assertEq(game.points.length, 0);
            ++rounds;
        }
        assertEq(low, index);
        // At most R = ⌈log_k L⌉ rounds, from which the longest dispute follows.
        if (rounds > 0) assertLt(uint256(arity) ** (rounds - 1), length, "a round too many");
    }

    function testFuzz_RevertWhen_ThePieceIsOutOfRange(uint256 piece) public {
        GameState memory game = stateOf(10, 13, 8);
        piece = bound(piece, 3, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(Bisection.PieceOutOfRange.selector, piece, 3));
        this.narrow(game, piece, 8);
    }

    function test_RevertWhen_APointIsMissingOrTooMuch() public {
        GameState memory game = stateOf(10, 13, 8);
        for (uint256 count = 1; count <= 3; count += 2) {
            vm.expectRevert(abi.encodeWithSelector(Bisection.WrongPointCount.selector, 2, count));
            this.post(game, new bytes32[](count), 8);
        }
    }
}
