// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The opcode table (docs/5-machine.md, 5.4).
/// @dev Generated from prover/machine/Opcodes.ts by `npm run generate`; do not edit.
library Opcodes {
    uint256 internal constant UNDEFINED = 0;
    uint256 internal constant ARITHMETIC = 1;
    uint256 internal constant COMPARISON = 2;
    uint256 internal constant BITWISE = 3;
    uint256 internal constant KECCAK = 4;
    uint256 internal constant ENVIRONMENT = 5;
    uint256 internal constant BLOCK = 6;
    uint256 internal constant STACK = 7;
    uint256 internal constant MEMORY = 8;
    uint256 internal constant STORAGE = 9;
    uint256 internal constant CONTROL_FLOW = 10;
    uint256 internal constant LOG = 11;
    uint256 internal constant SYSTEM = 12;

    uint256 internal constant STOP = 0x00;
    uint256 internal constant ADD = 0x01;
    uint256 internal constant MUL = 0x02;
    uint256 internal constant SUB = 0x03;
    uint256 internal constant DIV = 0x04;
    uint256 internal constant SDIV = 0x05;
    uint256 internal constant MOD = 0x06;
    uint256 internal constant SMOD = 0x07;
    uint256 internal constant ADDMOD = 0x08;
    uint256 internal constant MULMOD = 0x09;
    uint256 internal constant EXP = 0x0a;
    uint256 internal constant SIGNEXTEND = 0x0b;
    uint256 internal constant LT = 0x10;
    uint256 internal constant GT = 0x11;
    uint256 internal constant SLT = 0x12;
    uint256 internal constant SGT = 0x13;
    uint256 internal constant EQ = 0x14;
    uint256 internal constant ISZERO = 0x15;
    uint256 internal constant AND = 0x16;
    uint256 internal constant OR = 0x17;
    uint256 internal constant XOR = 0x18;
    uint256 internal constant NOT = 0x19;
    uint256 internal constant BYTE = 0x1a;
    uint256 internal constant SHL = 0x1b;
    uint256 internal constant SHR = 0x1c;
    uint256 internal constant SAR = 0x1d;
    uint256 internal constant CLZ = 0x1e;
    uint256 internal constant KECCAK256 = 0x20;
    uint256 internal constant ADDRESS = 0x30;
    uint256 internal constant BALANCE = 0x31;
    uint256 internal constant ORIGIN = 0x32;
    uint256 internal constant CALLER = 0x33;
    uint256 internal constant CALLVALUE = 0x34;
    uint256 internal constant CALLDATALOAD = 0x35;
    uint256 internal constant CALLDATASIZE = 0x36;
    uint256 internal constant CALLDATACOPY = 0x37;
    uint256 internal constant CODESIZE = 0x38;
    uint256 internal constant CODECOPY = 0x39;
    uint256 internal constant GASPRICE = 0x3a;
    uint256 internal constant EXTCODESIZE = 0x3b;
    uint256 internal constant EXTCODECOPY = 0x3c;
    uint256 internal constant RETURNDATASIZE = 0x3d;
    uint256 internal constant RETURNDATACOPY = 0x3e;
    uint256 internal constant EXTCODEHASH = 0x3f;
    uint256 internal constant BLOCKHASH = 0x40;
    uint256 internal constant COINBASE = 0x41;
    uint256 internal constant TIMESTAMP = 0x42;
    uint256 internal constant NUMBER = 0x43;
    uint256 internal constant PREVRANDAO = 0x44;
    uint256 internal constant GASLIMIT = 0x45;
    uint256 internal constant CHAINID = 0x46;
    uint256 internal constant SELFBALANCE = 0x47;
    uint256 internal constant BASEFEE = 0x48;
    uint256 internal constant BLOBHASH = 0x49;
    uint256 internal constant BLOBBASEFEE = 0x4a;
    uint256 internal constant POP = 0x50;
    uint256 internal constant MLOAD = 0x51;
    uint256 internal constant MSTORE = 0x52;
    uint256 internal constant MSTORE8 = 0x53;
    uint256 internal constant SLOAD = 0x54;
    uint256 internal constant SSTORE = 0x55;
    uint256 internal constant JUMP = 0x56;
    uint256 internal constant JUMPI = 0x57;
    uint256 internal constant PC = 0x58;
    uint256 internal constant MSIZE = 0x59;
    uint256 internal constant GAS = 0x5a;
    uint256 internal constant JUMPDEST = 0x5b;
    uint256 internal constant TLOAD = 0x5c;
    uint256 internal constant TSTORE = 0x5d;
    uint256 internal constant MCOPY = 0x5e;
    uint256 internal constant PUSH0 = 0x5f;
    uint256 internal constant PUSH1 = 0x60;
    uint256 internal constant PUSH2 = 0x61;
    uint256 internal constant PUSH3 = 0x62;
    uint256 internal constant PUSH4 = 0x63;
    uint256 internal constant PUSH5 = 0x64;
    uint256 internal constant PUSH6 = 0x65;
    uint256 internal constant PUSH7 = 0x66;
    uint256 internal constant PUSH8 = 0x67;
    uint256 internal constant PUSH9 = 0x68;
    uint256 internal constant PUSH10 = 0x69;
    uint256 internal constant PUSH11 = 0x6a;
    uint256 internal constant PUSH12 = 0x6b;
    uint256 internal constant PUSH13 = 0x6c;
    uint256 internal constant PUSH14 = 0x6d;
    uint256 internal constant PUSH15 = 0x6e;
    uint256 internal constant PUSH16 = 0x6f;
    uint256 internal constant PUSH17 = 0x70;
    uint256 internal constant PUSH18 = 0x71;
    uint256 internal constant PUSH19 = 0x72;
    uint256 internal constant PUSH20 = 0x73;
    uint256 internal constant PUSH21 = 0x74;
    uint256 internal constant PUSH22 = 0x75;
    uint256 internal constant PUSH23 = 0x76;
    uint256 internal constant PUSH24 = 0x77;
    uint256 internal constant PUSH25 = 0x78;
    uint256 internal constant PUSH26 = 0x79;
    uint256 internal constant PUSH27 = 0x7a;
    uint256 internal constant PUSH28 = 0x7b;
    uint256 internal constant PUSH29 = 0x7c;
    uint256 internal constant PUSH30 = 0x7d;
    uint256 internal constant PUSH31 = 0x7e;
    uint256 internal constant PUSH32 = 0x7f;
    uint256 internal constant DUP1 = 0x80;
    uint256 internal constant DUP2 = 0x81;
    uint256 internal constant DUP3 = 0x82;
    uint256 internal constant DUP4 = 0x83;
    uint256 internal constant DUP5 = 0x84;
    uint256 internal constant DUP6 = 0x85;
    uint256 internal constant DUP7 = 0x86;
    uint256 internal constant DUP8 = 0x87;
    uint256 internal constant DUP9 = 0x88;
    uint256 internal constant DUP10 = 0x89;
    uint256 internal constant DUP11 = 0x8a;
    uint256 internal constant DUP12 = 0x8b;
    uint256 internal constant DUP13 = 0x8c;
    uint256 internal constant DUP14 = 0x8d;
    uint256 internal constant DUP15 = 0x8e;
    uint256 internal constant DUP16 = 0x8f;
    uint256 internal constant SWAP1 = 0x90;
    uint256 internal constant SWAP2 = 0x91;
    uint256 internal constant SWAP3 = 0x92;
    uint256 internal constant SWAP4 = 0x93;
    uint256 internal constant SWAP5 = 0x94;
    uint256 internal constant SWAP6 = 0x95;
    uint256 internal constant SWAP7 = 0x96;
    uint256 internal constant SWAP8 = 0x97;
    uint256 internal constant SWAP9 = 0x98;
    uint256 internal constant SWAP10 = 0x99;
    uint256 internal constant SWAP11 = 0x9a;
    uint256 internal constant SWAP12 = 0x9b;
    uint256 internal constant SWAP13 = 0x9c;
    uint256 internal constant SWAP14 = 0x9d;
    uint256 internal constant SWAP15 = 0x9e;
    uint256 internal constant SWAP16 = 0x9f;
    uint256 internal constant LOG0 = 0xa0;
    uint256 internal constant LOG1 = 0xa1;
    uint256 internal constant LOG2 = 0xa2;
    uint256 internal constant LOG3 = 0xa3;
    uint256 internal constant LOG4 = 0xa4;
    uint256 internal constant CREATE = 0xf0;
    uint256 internal constant CALL = 0xf1;
    uint256 internal constant CALLCODE = 0xf2;
    uint256 internal constant RETURN = 0xf3;
    uint256 internal constant DELEGATECALL = 0xf4;
    uint256 internal constant CREATE2 = 0xf5;
    uint256 internal constant STATICCALL = 0xfa;
    uint256 internal constant REVERT = 0xfd;
    uint256 internal constant INVALID = 0xfe;
    uint256 internal constant SELFDESTRUCT = 0xff;

    /// 256 entries of six bytes: input, output, gas (two bytes), family, opens. All zero: undefined.
    bytes private constant TABLE = hex"000000000a10020100030110020100050110020100030110020100050110020100050110020100050110020100050110"
        hex"0301000801100301000801100201000a0110020100050110000000000000000000000000000000000000000000000000"
        hex"020100030210020100030210020100030210020100030210020100030210010100030210020100030310020100030310"
        hex"020100030310010100030310020100030310020100030310020100030310020100030310010100050310000000000000"
        hex"0201001e0410000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        hex"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        hex"00010002051001010000051d000100020514000100020510000100020510010100030510000100020510030000030510"
        hex"00010002051003000003051000010002051401010000051d04000000051d00010002051003000003051001010000051d"
        hex"01010014061b000100020611000100020612000100020612000100020612000100020611000100020611000100050519"
        hex"000100020612010100030610000100020610000000000000000000000000000000000000000000000000000000000000"
        hex"01000002071001010003081002000003081002000003081001010000091d02000000091d010000080a100200000a0a10"
        hex"000100020a10000100020810000100020a10000000010a10010100640918020000640918030000030810000100020710"
        hex"000100030710000100030710000100030710000100030710000100030710000100030710000100030710000100030710"
        hex"000100030710000100030710000100030710000100030710000100030710000100030710000100030710000100030710"
        hex"000100030710000100030710000100030710000100030710000100030710000100030710000100030710000100030710"
        hex"000100030710000100030710000100030710000100030710000100030710000100030710000100030710000100030710"
        hex"010200030710020300030710030400030710040500030710050600030710060700030710070800030710080900030710"
        hex"090a000307100a0b000307100b0c000307100c0d000307100d0e000307100e0f000307100f1000030710101100030710"
        hex"020200030710030300030710040400030710050500030710060600030710070700030710080800030710090900030710"
        hex"0a0a000307100b0b000307100c0c000307100d0d000307100e0e000307100f0f00030710101000030710111100030710"
        hex"020001770b10030002ee0b10040004650b10050005dc0b10060007530b10000000000000000000000000000000000000"
        hex"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        hex"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        hex"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        hex"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        hex"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        hex"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        hex"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        hex"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        hex"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        hex"03017d000c10070100000c10070100000c10020000000c10060100000c1004017d000c10000000000000000000000000"
        hex"000000000000000000000000060100000c10000000000000000000000000020000000c10000000000c10010013880c19";

    /// @notice The entry of `opcode`: stack items taken and given, base gas, family (UNDEFINED if there is no such
    /// instruction), and the records that the step opens, as bits of StepKinds.
    function info(uint256 opcode)
        internal
        pure
        returns (uint256 input, uint256 output, uint256 gasCost, uint256 family, uint256 opens)
    {
        bytes memory table = TABLE;
        uint256 entry;
        // SAFETY: the masked opcode is at most 255, so the six bytes at 6 * opcode lie within the table's 1,536.
        assembly ("memory-safe") {
            entry := shr(208, mload(add(add(table, 32), mul(6, and(opcode, 0xff)))))
        }
        input = entry >> 40;
        output = (entry >> 32) & 0xff;
        gasCost = (entry >> 16) & 0xffff;
        family = (entry >> 8) & 0xff;
        opens = entry & 0xff;
    }
}
