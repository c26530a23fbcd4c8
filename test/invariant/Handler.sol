// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Players} from "../utils/Players.sol";
import {Status} from "src/IRollup.sol";
import {Rollup} from "src/Rollup.sol";
import {DisputeGame} from "src/dispute/DisputeGame.sol";
import {GameState, Phase, gameIdOf} from "src/dispute/GameState.sol";
import {IDisputeGame} from "src/dispute/IDisputeGame.sol";
import {Claim, Kind} from "src/types/Claim.sol";

/// @notice Random claims, lies, challenges, silence and time, around one honest party that claims the truth, challenges
/// every lie and answers before time goes on.
contract Handler is Players {
    struct Claimed {
        Claim claim;
        bool isTrue;
        bool isHonest;
        bool isChallenged;
        Status seen;
    }

    struct Open {
        GameState state;
        Belief proposer;
        Belief challenger;
    }

    uint256 internal constant MAX_BATCHES = 24;
    uint256 internal constant MAX_GAMES = 24;
    uint256 public constant HONEST_FUNDS = 1_000_000 ether;

    address public honestParty = makeAddr("honest");
    Claimed[] internal claimed;
    Open[] internal open;
    bytes32[] public postedChain;
    mapping(string call => uint256) public calls;

    function setUp() public override {
        super.setUp();
        vm.deal(honestParty, HONEST_FUNDS);
        postedChain.push(rollup.chainHash(0));
        newBatch(4);
    }

    function contracts() external view returns (Rollup, DisputeGame) {
        return (rollup, game);
    }

    // ------------------------------------------------------------------ claims

    function newBatch(uint256 length) public {
        if (roots.length > MAX_BATCHES) return;
        post(bound(length, 0, 8));
        postedChain.push(rollup.chainHash(rollup.batchCount()));
    }

    function claimTruth(uint256 batch, bool isCheckpoint) public {
        enterClaim(honestParty, batch, isCheckpoint, 0);
    }

    function claimTruthAsSybil(uint256 batch, bool isCheckpoint) public {
        enterClaim(proposer, batch, isCheckpoint, 0);
    }

    function claimLie(uint256 batch, bool isCheckpoint, bool isStranger) public {
        enterClaim(isStranger ? stranger : proposer, batch, isCheckpoint, 2);
    }

    function enterClaim(address by, uint256 batch, bool isCheckpoint, uint256 lie) internal {
        uint64 n = uint64(bound(batch, 1, rollup.batchCount()));
        try this.tryClaim(by, n, isCheckpoint, lie) returns (Claim memory target) {
            Claimed storage c = claimed.push();
            (c.claim, c.isTrue, c.isHonest, c.seen) = (target, lie == 0, by == honestParty, Status.Live);
            ++calls["claim"];
        } catch {
            ++calls["claim refused"];
        }
    }

    function tryClaim(address by, uint64 n, bool isCheckpoint, uint256 lie) external returns (Claim memory) {
        return isCheckpoint ? claimCheckpoint(by, n, lie) : claimDiffs(by, n - 1, n, lie);
    }

    function finalizeAll() public {
        for (uint256 i = 0; i < claimed.length; ++i) {
            try rollup.finalize(claimed[i].claim) {
                ++calls["finalize"];
            } catch {
                ++calls["finalize refused"];
            }
        }
    }

    function withdrawAny(uint256 index) public {
        address by = [honestParty, proposer, challenger, stranger][index % 4];
        if (rollup.credits(by) == 0) return;
        vm.prank(by);
        rollup.withdraw(by);
        ++calls["withdraw"];
    }

    // ------------------------------------------------------------------ games

    /// @dev A challenge by a liar, or by an honest-looking sybil that may fall silent.
    function challengeAny(uint256 index, uint256 at, uint256 step, uint256 kind) public {
        if (claimed.length == 0 || open.length >= MAX_GAMES) return;
        Claimed storage c = claimed[index % claimed.length];
        Belief memory b = lying(uint64(bound(at, 1, c.claim.to)), 2, kind % 2 * 2, bound(step, 1, 9));
        openGame(challenger, c, kind % 3 == 0 ? honest() : b, index);
    }

    /// @dev What the proposer of a claim plays: the truth, or a lie that ends in the one claimed.
    function proposerOf(Claimed storage c, uint256 seed) internal view returns (Belief memory) {
        if (c.isTrue) return honest();
        uint64 from = uint64(bound(seed, 1, c.claim.to));
        bool isClaimed = from == c.claim.to && c.claim.kind == Kind.Diffs;
        return lying(from, 2, isClaimed ? 2 : seed % 2 * 2, 1 + (seed >> 8) % 9);
    }

    function openGame(address by, Claimed storage c, Belief memory b, uint256 seed) internal {
        try this.tryOpen(by, c.claim, rootOf(b, c.claim.to - 1)) returns (GameState memory state) {
            Open storage o = open.push();
            (o.state, o.proposer, o.challenger) = (state, proposerOf(c, seed), b);
            ++calls["challenge"];
        } catch {
            // INVARIANT: the honest party can challenge every lie within its window.
            assertTrue(by != honestParty, "I-5: a lie can be challenged");
        }
    }

    function tryOpen(address by, Claim memory target, uint256 root) external returns (GameState memory) {
        if (target.kind == Kind.Diffs) return challenge(by, target, root);
        return play(by, abi.encodeCall(IDisputeGame.challengeCheckpoint, (target)));
    }

    /// @dev A few moves of any game.
    function moveAny(uint256 index, uint256 count) public {
        for (count = bound(count, 1, 8); count > 0 && open.length > 0; --count) {
            if (advance(index % open.length)) return;
        }
    }

    /// @dev One move, or the end, of a game; true if it ended.
    function advance(uint256 i) internal returns (bool) {
        Open storage o = open[i];
        GameState memory state = o.state;
        (,,, bool isStruck) = game.docket(state.claim.idOf());
        if (isStruck) {
            game.settle(state);
            ++calls["settle"];
        } else if (block.timestamp >= state.deadline) {
            game.timeout(state);
            ++calls["timeout"];
        } else if (state.phase == Phase.LastStep) {
            bytes memory witness = witnessOf(state, o.proposer, o.challenger);
            // Liars may agree on a state that has no preimage; then nobody can prove the step.
            if (keccak256(witness) != state.agreed) return false;
            game.proveStep(state, witness);
            ++calls["proveStep"];
        } else {
            o.state = play(playerOf(state), moveOf(state, o.proposer, o.challenger));
            ++calls["move"];
            return false;
        }
        o.state = open[open.length - 1].state;
        (o.proposer, o.challenger) = (open[open.length - 1].proposer, open[open.length - 1].challenger);
        open.pop();
        return true;
    }

    // ------------------------------------------------------------------- time

    /// @dev The honest party challenges every lie and answers every game, then time passes.
    function passTime(uint256 duration) public {
        for (uint256 i = 0; i < claimed.length; ++i) {
            Claimed storage c = claimed[i];
            if (c.isTrue || c.isChallenged || rollup.record(c.claim.idOf()).status != Status.Live) continue;
            c.isChallenged = true;
            openGame(honestParty, c, honest(), uint256(c.claim.idOf()));
        }
        for (uint256 i = 0; i < open.length;) {
            if (!isHonestsTurn(open[i].state) || !advance(i)) ++i;
        }
        skip(bound(duration, 1 hours, 1 days - 1));
        ++calls["passTime"];
    }

    /// @dev Whether the honest party has something to do: its own turn, or a last step that it can prove.
    function isHonestsTurn(GameState memory state) internal view returns (bool) {
        if (state.challenger != honestParty && state.claim.proposer != honestParty) return false;
        return state.phase == Phase.LastStep || playerOf(state) == honestParty;
    }

    // ----------------------------------------------------------------- checks

    function checkClaims() external {
        for (uint256 i = 0; i < claimed.length; ++i) {
            Claimed storage c = claimed[i];
            Status status = rollup.record(c.claim.idOf()).status;
            assertTrue(c.seen == Status.Live || c.seen == status, "I-2: final and struck are forever");
            assertFalse(c.isHonest && status == Status.Struck, "I-4: an honest claim is never struck");
            assertFalse(!c.isTrue && status == Status.Final, "I-5: a lie that is challenged is never final");
            c.seen = status;
        }
    }

    function checkGames() external view {
        for (uint256 i = 0; i < open.length; ++i) {
            GameState memory state = open[i].state;
            bytes32 claimId = state.claim.idOf();
            assertEq(game.stateHash(gameIdOf(claimId, state.seat)), state.hash(), "I-7: a game is its last event");
            uint256 count;
            for (uint256 j = 0; j < open.length; ++j) {
                if (open[j].state.claim.idOf() == claimId) ++count;
            }
            assertEq(rollup.record(claimId).openGames, count, "I-8: games are counted");
        }
    }

    function lockedInClaims() external view returns (uint256 sum) {
        for (uint256 i = 0; i < claimed.length; ++i) {
            sum += rollup.record(claimed[i].claim.idOf()).bond;
        }
    }

    function lockedInGames() external view returns (uint256 sum) {
        for (uint256 i = 0; i < open.length; ++i) {
            sum += open[i].state.pot;
        }
    }

    function allCredits() external view returns (uint256) {
        return
            rollup.credits(honestParty) + rollup.credits(proposer) + rollup.credits(challenger)
                + rollup.credits(stranger);
    }

    /// @dev What the honest party has, and gets if it wins its open games.
    function honestWealth() external view returns (uint256 sum) {
        sum = honestParty.balance + rollup.credits(honestParty);
        for (uint256 i = 0; i < claimed.length; ++i) {
            if (claimed[i].isHonest) sum += rollup.record(claimed[i].claim.idOf()).bond;
        }
        for (uint256 i = 0; i < open.length; ++i) {
            GameState memory state = open[i].state;
            if (state.challenger == honestParty || state.claim.proposer == honestParty) sum += state.pot;
        }
    }
}
