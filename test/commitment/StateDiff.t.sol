// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dictionary} from "../../src/commitment/Dictionary.sol";
import {StateDiff} from "../../src/commitment/StateDiff.sol";
import {Witness} from "../../src/machine/Witness.sol";
import {Brutalized} from "../utils/Brutalized.sol";
import {Ffi} from "../utils/Ffi.sol";

contract StateDiffTest is Ffi, Brutalized {
    using Witness for Witness.Cursor;

    struct Case {
        bytes32 root;
        bytes32 accountKey;
        bool present;
        StateDiff.AccountDiff account;
        StateDiff.AccountDiff next;
        bytes32 rootWith;
        bytes proof;
    }

    bytes private encodedCases;

    function setUp() external {
        encodedCases = ffi("StateDiff", "cases");
    }

    function open(bytes calldata proof, bytes32 root, bytes32 accountKey, StateDiff.AccountDiff calldata next)
        external
        view
        brutalized
        returns (bool present, StateDiff.AccountDiff memory account, bytes32 rootWith)
    {
        Witness.Cursor memory cursor = Witness.open(proof);
        Dictionary.Opening memory opening;
        (opening, account) = StateDiff.open(cursor, root, accountKey);
        cursor.done();
        return (opening.present, account, StateDiff.rootWith(opening, next));
    }

    function test_OpensWhatTheProverProves() external view {
        Case[] memory cases = _cases();
        assertGt(cases.length, 20);
        for (uint256 i = 0; i < cases.length; i++) {
            Case memory c = cases[i];
            (bool present, StateDiff.AccountDiff memory account, bytes32 rootWith) =
                this.open(c.proof, c.root, c.accountKey, c.next);
            assertEq(present, c.present);
            assertEq(abi.encode(account), abi.encode(c.account));
            assertEq(rootWith, c.rootWith);
        }
    }

    function test_RevertWhen_AnyByteOfAProofIsChanged() external view {
        Case[] memory cases = _cases();
        for (uint256 i = 0; i < 16; i++) {
            Case memory c = cases[i];
            for (uint256 j = 0; j < c.proof.length; j++) {
                bytes1 byteBefore = c.proof[j];
                c.proof[j] = byteBefore ^ bytes1(uint8(1 << (j % 8)));
                try this.open(c.proof, c.root, c.accountKey, c.next) {
                    revert("a corrupted proof was accepted");
                } catch {}
                c.proof[j] = byteBefore;
            }
        }
    }

    function test_RevertWhen_TheKindIsUnknown() external {
        StateDiff.AccountDiff memory none;
        vm.expectRevert(abi.encodeWithSelector(StateDiff.StateDiffKind.selector, 3));
        this.open(hex"0203", bytes32("root"), bytes32("key"), none);
    }

    function test_HashIsThatOfTheDefinition() external pure {
        StateDiff.AccountDiff memory account = StateDiff.AccountDiff(1, 2, 3, "code", "storage");
        bytes memory preimage = abi.encode(bytes32("AccountDiff"), 1, 2, 3, bytes32("code"), bytes32("storage"));
        assertEq(StateDiff.hash(account), keccak256(preimage));
    }

    function _cases() private view returns (Case[] memory) {
        return abi.decode(encodedCases, (Case[]));
    }
}
