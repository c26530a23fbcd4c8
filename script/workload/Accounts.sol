// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC721Holder} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Holder.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice Code for users to delegate to (EIP-7702): their account makes several calls in one transaction.
contract Wallet is ERC721Holder {
    struct Call {
        address to;
        uint256 value;
        bytes data;
    }

    error NotTheAccount(address caller);

    receive() external payable {}

    /// @notice Makes all calls or none; only the account itself may ask for them.
    function execute(Call[] calldata calls) external payable {
        require(msg.sender == address(this), NotTheAccount(msg.sender));
        for (uint256 i = 0; i < calls.length; i++) {
            Address.functionCallWithValue(calls[i].to, calls[i].data, calls[i].value);
        }
    }
}

/// @notice Counts what was signed with which passkey; keys come in compressed form, to save calldata.
contract Passkeys {
    mapping(uint256 x => uint256) public signed;

    error WrongSignature(uint256 x);

    /// @notice `isOdd` is the parity of the public key's second coordinate.
    function sign(bytes calldata message, bytes32 r, bytes32 s, uint256 x, bool isOdd) external {
        uint256 y = _secondCoordinate(x);
        if ((y % 2 == 1) != isOdd) y = P256.P - y;
        bool isValid = P256.verifyNative(sha256(message), r, s, bytes32(x), bytes32(y));
        require(isValid, WrongSignature(x));
        signed[x]++;
    }

    /// @dev The root of x³ + ax + b; the prime is 3 modulo 4. The signature's check refuses what is not on the curve.
    function _secondCoordinate(uint256 x) private view returns (uint256) {
        uint256 cube = mulmod(mulmod(x, x, P256.P), x, P256.P);
        uint256 square = addmod(addmod(cube, mulmod(P256.A, x, P256.P), P256.P), P256.B, P256.P);
        return Math.modExp(square, (P256.P + 1) / 4, P256.P);
    }
}
