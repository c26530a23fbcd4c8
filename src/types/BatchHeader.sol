// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The preimage of the inbox's chain hash A_n.
struct BatchHeader {
    /// A_{n-1}.
    bytes32 previous;
    /// Root over the payload's chunks.
    bytes32 payloadRoot;
    /// In bytes.
    uint32 payloadLength;
    /// L1 timestamp of the posting.
    uint64 l1Time;
}

using {chainHashOf} for BatchHeader global;

bytes32 constant INBOX_TAG = "Inbox";
bytes32 constant INBOX_GENESIS_TAG = "InboxGenesis";

/// @notice A_n (R-1).
function chainHashOf(BatchHeader memory header) pure returns (bytes32) {
    return keccak256(abi.encode(INBOX_TAG, header.previous, header.payloadRoot, header.payloadLength, header.l1Time));
}

/// @notice A_0.
function genesisChainHash(bytes32 stateRoot) pure returns (bytes32) {
    return keccak256(abi.encode(INBOX_GENESIS_TAG, stateRoot));
}
