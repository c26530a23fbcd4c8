// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {Docket} from "src/dispute/Docket.sol";

/// @notice The list of a claim's games against a naive one (D-21).
contract DocketTest is Test {
    using Docket for Docket.Book;

    bytes32 internal constant CLAIM = "claim";
    Docket.Book internal book;
    uint32[] internal alive;

    function testFuzz_ListIsAsANaiveOne(uint8[24] calldata actions) public {
        for (uint256 i = 0; i < actions.length; ++i) {
            if (actions[i] % 3 > 0 || alive.length == 0) {
                alive.push(book.enter(CLAIM, challengerOf(i)));
            } else {
                remove(actions[i] / 3 % alive.length);
            }
            check();
        }
    }

    function remove(uint256 at) internal {
        book.leave(CLAIM, alive[at]);
        for (uint256 i = at; i + 1 < alive.length; ++i) {
            alive[i] = alive[i + 1];
        }
        alive.pop();
    }

    function check() internal view {
        Docket.Head memory head = book.heads[CLAIM];
        uint256 count = alive.length;
        assertEq(head.first, count == 0 ? 0 : alive[0]);
        assertEq(head.last, count == 0 ? 0 : alive[count - 1]);
        assertEq(book.hasSiblings(CLAIM), count > 1);
        if (count == 0) assertEq(book.earliest(CLAIM), address(0));
        else assertTrue(book.earliest(CLAIM) != address(0));
    }

    function test_TheEarliestIsTheFirstAlive() public {
        for (uint256 i = 0; i < 3; ++i) {
            assertEq(book.enter(CLAIM, challengerOf(i)), i + 1);
        }
        book.leave(CLAIM, 2);
        assertEq(book.earliest(CLAIM), challengerOf(0));
        book.leave(CLAIM, 1);
        assertEq(book.earliest(CLAIM), challengerOf(2));
        book.leave(CLAIM, 3);
        assertEq(book.earliest(CLAIM), address(0));
        assertEq(book.enter(CLAIM, challengerOf(3)), 4, "seats are not used again");
    }

    function test_ClaimsHaveListsOfTheirOwn() public {
        book.enter(CLAIM, challengerOf(0));
        assertEq(book.enter("other", challengerOf(1)), 1);
        assertEq(book.earliest("other"), challengerOf(1));
        assertFalse(book.hasSiblings(CLAIM));
    }

    function challengerOf(uint256 i) internal pure returns (address) {
        return address(uint160(i + 1));
    }
}
