// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Delegated} from "./Delegated.sol";
import {PrecompileTable} from "./PrecompileTable.sol";

/// @title KnownAnswers
/// @notice Whether L1 has the precompiles: one input with its output for each. A chain without one answers every call of
/// it with success, like that of an account without code.
library KnownAnswers {
    /// @dev The generators of BLS12-381, in the precompiles' encoding, and what is made of them.
    bytes internal constant G1 = hex"0000000000000000000000000000000017f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac58"
        hex"6c55e83ff97a1aeffb3af00adb22c6bb0000000000000000000000000000000008b3f481e3aaa0f1a09e30ed741d8ae4"
        hex"fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1";
    bytes internal constant G1_NEGATED = hex"0000000000000000000000000000000017f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac58"
        hex"6c55e83ff97a1aeffb3af00adb22c6bb00000000000000000000000000000000114d1d6855d545a8aa7d76c8cf2e21f2"
        hex"67816aef1db507c96655b9d5caac42364e6f38ba0ecb751bad54dcd6b939c2ca";
    bytes internal constant G1_DOUBLED = hex"000000000000000000000000000000000572cbea904d67468808c8eb50a9450c9721db309128012543902d0ac358a62a"
        hex"e28f75bb8f1c7c42c39a8c5529bf0f4e00000000000000000000000000000000166a9d8cabc673a322fda673779d8e38"
        hex"22ba3ecb8670e461f73bb9021d5fd76a4c56d9d4cd16bd1bba86881979749d28";
    bytes internal constant G2 = hex"00000000000000000000000000000000024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d177"
        hex"0bac0326a805bbefd48056c8c121bdb80000000000000000000000000000000013e02b6052719f607dacd3a088274f65"
        hex"596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e00000000000000000000000000000000"
        hex"0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801"
        hex"000000000000000000000000000000000606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab"
        hex"3f370d275cec1da1aaa9075ff05f79be";
    bytes internal constant G2_DOUBLED = hex"000000000000000000000000000000001638533957d540a9d2370f17cc7ed5863bc0b995b8825e0ee1ea1e1e4d00dbae"
        hex"81f14b0bf3611b78c952aacab827a053000000000000000000000000000000000a4edef9c1ed7f729f520e47730a124f"
        hex"d70662a904ba1074728114d1031e1572c6c886f6b57ec72a6178288c47c3357700000000000000000000000000000000"
        hex"0468fb440d82b0630aeb8dca2b5256789a66da69bf91009cbfe6bd221e47aa8ae88dece9764bf3bd999d95d71e4c9899"
        hex"000000000000000000000000000000000f6d4552fa65dd2638b361543f887136a43253d9c66c411697003f7a13c308f5"
        hex"422e1aa0a59c8967acdefd8b6e36ccf3";

    /// @dev The points that the field element 0 is mapped to.
    bytes internal constant G1_OF_ZERO = hex"0000000000000000000000000000000011a9a0372b8f332d5c30de9ad14e50372a73fa4c45d5f2fa5097f2d6fb93bcac"
        hex"592f2e1711ac43db0519870c7d0ea41500000000000000000000000000000000092c0f994164a0719f51c24ba3788de2"
        hex"40ff926b55f58c445116e8bc6a47cd63392fd4e8e22bdf9feaa96ee773222133";
    bytes internal constant G2_OF_ZERO = hex"00000000000000000000000000000000018320896ec9eef9d5e619848dc29ce266f413d02dd31d9b9d44ec0c79cd61f1"
        hex"8b075ddba6d7bd20b7ff27a4b324bfce000000000000000000000000000000000a67d12118b5a35bb02d2e86b3ebfa7e"
        hex"23410db93de39fb06d7025fa95e96ffa428a7a27c3ae4dd4b40bd251ac65889200000000000000000000000000000000"
        hex"0260e03644d1a2c321256b3246bad2b895cad13890cbe6f85df55106a0d334604fb143c7a042d878006271865bc35941"
        hex"0000000000000000000000000000000004c69777a43f0bda07679d5805e63f18cf4e0e7c6112ac7f70266d199b4f76ae"
        hex"27c6269a3ceebdae30806e9a76aadf5c";

    /// @dev The generator of the second group of BN254, imaginary parts first; that of the first is (1, 2).
    bytes internal constant BN254_G2 = hex"198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c21800deef121f1e76426a00665e5c4479"
        hex"674322d4f75edadd46debd5cd992f6ed090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
        hex"12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa";

    uint256 private constant BN254_PRIME = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    bytes32 private constant BN254_DOUBLED_X = 0x030644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd3;
    bytes32 private constant BN254_DOUBLED_Y = 0x15ed738c0e0a7c92e7845f96b2ae9c0a68a6a449e3538fc7ff3ebf7a5a18a2c4;

    error L1PrecompileMissing(uint256 precompile);

    /// @notice Reverts unless every delegated precompile gives what it should.
    function requireAll() internal view {
        _requireNumbers();
        _requireBn254();
        _requireBls12();
    }

    function _requireNumbers() private view {
        // 3^5 mod 7.
        bytes memory lengths = abi.encode(1, 1, 1);
        _require(PrecompileTable.MODEXP, bytes.concat(lengths, hex"030507"), hex"05");
        // The hash of "abc" (EIP-152): the first block's state, its message, its length and the flag of the last block.
        _require(
            PrecompileTable.BLAKE2F,
            bytes.concat(
                hex"0000000c",
                hex"48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5",
                hex"d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b",
                hex"616263",
                new bytes(125),
                hex"0300000000000000",
                new bytes(8),
                hex"01"
            ),
            hex"ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
            hex"7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"
        );
        // A signature by the key 0x0707…07.
        _require(
            PrecompileTable.P256VERIFY,
            abi.encode(
                sha256("known"),
                0x3ab6f454ec5c27bfcc43c52236421d54fb95512498c90cd6e1ace6e494bfcc5f,
                0x724f794db76a9d3671f6cc5c16000dca114a2ee46d964b2abbf245988e4d45e9,
                0x1e18532fd4754c02f3041d9c75ceb33b83ffd81ac7ce4fe882ccb1c98bc5896e,
                0xa46c311c4e2ff40dd96a3653e6e45445d32dfe486eced75c7a90c6a18881c0a3
            ),
            abi.encode(1)
        );
    }

    function _requireBn254() private view {
        bytes memory generator = abi.encode(1, 2);
        bytes memory negated = abi.encode(1, BN254_PRIME - 2);
        bytes memory doubled = abi.encode(BN254_DOUBLED_X, BN254_DOUBLED_Y);
        _require(PrecompileTable.BN254_ADD, bytes.concat(generator, generator), doubled);
        _require(PrecompileTable.BN254_MUL, abi.encode(1, 2, 2), doubled);
        bytes memory pairs = bytes.concat(generator, BN254_G2, negated, BN254_G2);
        _require(PrecompileTable.BN254_PAIRING, pairs, abi.encode(1));
    }

    function _requireBls12() private view {
        bytes memory two = abi.encode(2);
        _require(PrecompileTable.BLS12_G1ADD, bytes.concat(G1, G1), G1_DOUBLED);
        _require(PrecompileTable.BLS12_G1MSM, bytes.concat(G1, two), G1_DOUBLED);
        _require(PrecompileTable.BLS12_G2ADD, bytes.concat(G2, G2), G2_DOUBLED);
        _require(PrecompileTable.BLS12_G2MSM, bytes.concat(G2, two), G2_DOUBLED);
        bytes memory pairs = bytes.concat(G1, G2, G1_NEGATED, G2);
        _require(PrecompileTable.BLS12_PAIRING, pairs, abi.encode(1));
        _require(PrecompileTable.BLS12_MAP_FP_TO_G1, new bytes(64), G1_OF_ZERO);
        _require(PrecompileTable.BLS12_MAP_FP2_TO_G2, new bytes(128), G2_OF_ZERO);
        // The output is the number of field elements of a blob and their modulus.
        _require(
            PrecompileTable.POINT_EVALUATION,
            Delegated.validElement(PrecompileTable.POINT_EVALUATION),
            abi.encode(4096, 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001)
        );
    }

    function _require(uint256 precompile, bytes memory input, bytes memory output) private view {
        (bool success, bytes memory answer) = address(uint160(precompile)).staticcall(input);
        require(success && keccak256(answer) == keccak256(output), L1PrecompileMissing(precompile));
    }
}
