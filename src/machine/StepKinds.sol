// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The step kinds (docs/5-machine.md, 5.5) and the bits of a witness's first byte (5.2).
/// @dev Generated from prover/machine/StepKinds.ts by `npm run generate`; do not edit.
library StepKinds {
    uint256 internal constant INSTRUCTION = 0;
    uint256 internal constant BATCH_BEGIN = 1;
    uint256 internal constant BATCH_PARENT = 2;
    uint256 internal constant BLOCK_BEGIN = 3;
    uint256 internal constant TX_BEGIN = 4;
    uint256 internal constant TX_LOAD = 5;
    uint256 internal constant TX_DECODE = 6;
    uint256 internal constant TX_SENDER = 7;
    uint256 internal constant TX_LIST = 8;
    uint256 internal constant AUTH_RECOVER = 9;
    uint256 internal constant AUTH_APPLY = 10;
    uint256 internal constant TX_START = 11;
    uint256 internal constant TX_REFUND = 12;
    uint256 internal constant TX_FEE = 13;
    uint256 internal constant TX_DESTROY = 14;
    uint256 internal constant TX_END = 15;
    uint256 internal constant BLOCK_END = 16;
    uint256 internal constant BATCH_END = 17;
    uint256 internal constant CALL_ACCESS = 20;
    uint256 internal constant CALL_DELEGATE = 21;
    uint256 internal constant CALL_CHARGE = 22;
    uint256 internal constant CREATE_CREATOR = 23;
    uint256 internal constant CREATE_TARGET = 24;
    uint256 internal constant CREATE_DEBIT = 25;
    uint256 internal constant CREDIT = 26;
    uint256 internal constant CODE_INSTALL = 27;
    uint256 internal constant FRAME_EXIT = 28;
    uint256 internal constant CREATE_RETURN = 29;
    uint256 internal constant DEPOSIT = 30;
    uint256 internal constant SELFDESTRUCT_CREDIT = 31;
    uint256 internal constant SELFDESTRUCT_DEBIT = 32;
    uint256 internal constant COPY = 40;
    uint256 internal constant MEMORY_COPY = 41;
    uint256 internal constant KECCAK = 42;
    uint256 internal constant SHA256 = 43;
    uint256 internal constant RIPEMD160 = 44;
    uint256 internal constant PRECOMPILE = 45;

    uint256 internal constant OPENS_BATCH = 1;
    uint256 internal constant OPENS_BLOCK = 2;
    uint256 internal constant OPENS_TRANSACTION = 4;
    uint256 internal constant OPENS_JOURNAL = 8;
    uint256 internal constant OPENS_FRAME = 16;
    uint256 internal constant OPENS_OPERATION = 32;
    uint256 internal constant OPENS_CALL = 64;

    /// One byte for each kind.
    bytes private constant OPENS =
        hex"000b0b030705070d0d0d0d1c1d0d090f0b0b00001d1d19191d1919101010191d1900000000000000101010101011";

    error UnknownStepKind(uint256 kind);

    /// @notice The records from batch to frame that a step of `kind` opens; 0 for INSTRUCTION, where the opcode
    /// decides.
    function opens(uint256 kind) internal pure returns (uint256 records) {
        require(kind <= 45, UnknownStepKind(kind));
        bytes memory table = OPENS;
        records = uint8(table[kind]);
        require(records != 0 || kind == INSTRUCTION, UnknownStepKind(kind));
    }
}
