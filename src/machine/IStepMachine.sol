// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Constants of one L2 chain. They are part of a batch machine's start state, so that sequencer, prover and
/// verifier can't differ about them unnoticed.
struct ChainConfig {
    uint64 chainId;
    address feeRecipient;
    uint64 blockGasLimit;
    uint64 batchGasLimit;
    /// Longest raw transaction in bytes; a longer one is skipped.
    uint32 maxTransactionBytes;
    /// Most gas that a precompile call run by L1 may cost.
    uint64 precompileGasCap;
}

/// @notice What L1 knows of a batch T_n.
struct BatchInput {
    /// Root over the payload's chunks, computed on L1 from the calldata.
    bytes32 payloadRoot;
    /// In bytes.
    uint32 payloadLength;
    /// L1 timestamp of the posting.
    uint64 l1Time;
}

/// @notice A deterministic machine whose state is a hash and whose single steps L1 can verify.
interface IStepMachine {
    /// @notice The state after one step from `preState`.
    /// @dev Reverts if `witness` does not fit `preState`: a revert says that the caller's witness is wrong, never
    /// anything about the machine. A fault of the program that is run is a valid step into a halted frame.
    /// A halted state is a fixed point; its witness is its preimage. (Without one nothing tells a halted state from a
    /// running one, and any running state could be passed off as a fixed point.)
    function verifyStep(bytes32 preState, bytes calldata witness) external view returns (bytes32 postState);
}

/// @notice Executes one batch: (state root, T_n) to the diff root h(Δ_n).
interface IBatchMachine is IStepMachine {
    /// @notice The state before the first step; never a halted one.
    function startState(bytes32 stateRoot, BatchInput calldata input, ChainConfig calldata config)
        external
        pure
        returns (bytes32);

    /// @notice Most steps of any batch of a chain with `config`. Reverts if its limits are such that L1 could not verify
    /// every one of them in a transaction.
    function maxSteps(ChainConfig calldata config) external view returns (uint256);

    /// @notice The halted state of every run that outputs `diffRoot`.
    function haltedState(bytes32 diffRoot) external pure returns (bytes32);
}

/// @notice Applies a state diff to a state root.
interface IFoldMachine is IStepMachine {
    /// @notice The state before the first step; never a halted one.
    function startState(bytes32 diffRoot, bytes32 stateRoot) external pure returns (bytes32);

    /// @notice The halted state of every run that outputs `stateRoot`.
    function haltedState(bytes32 stateRoot) external pure returns (bytes32);
}
