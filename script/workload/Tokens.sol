// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC721Enumerable} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721Enumerable.sol";

/// @notice OpenZeppelin's ERC-20 with nothing added, for the L2 workload.
contract Coin is ERC20Burnable, ERC20Permit {
    constructor(string memory name, string memory symbol, uint256 supply) ERC20(name, symbol) ERC20Permit(name) {
        _mint(msg.sender, supply);
    }
}

/// @notice OpenZeppelin's ERC-721 that anyone may mint, for the L2 workload.
contract Deed is ERC721Enumerable {
    constructor() ERC721("Deed", "DEED") {}

    /// @notice Mints the next token, numbered from 0, to `owner`.
    function mint(address owner) external {
        _safeMint(owner, totalSupply());
    }
}
