/** The Solidity of the tables of instructions and of step kinds. */
import * as Opcodes from '../../prover/machine/Opcodes.ts'
import * as StepKinds from '../../prover/machine/StepKinds.ts'
import { HEADER, hexOf, literalOf } from './solidity.ts'

/** Bytes of one table entry: input, output, gas (two bytes), family, opens. */
function encodeOpcode(opcode: Opcodes.Opcode | undefined): string {
  if (opcode === undefined) return '000000000000'
  const { family, opens, stackIn, stackOut, gas } = opcode
  return hexOf(stackIn, stackOut, gas >> 8, gas & 0xff, Opcodes.families.indexOf(family), opens)
}

/** CONTROL_FLOW from ControlFlow. */
function upperSnakeOf(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()
}

export function opcodesSource(): string {
  const families = Opcodes.families.map(
    (family, index) => `    uint256 internal constant ${upperSnakeOf(family)} = ${index};`,
  )
  const opcodes = Opcodes.all.map(({ name, opcode }) => `    uint256 internal constant ${name} = 0x${hexOf(opcode)};`)
  const entries = Array.from({ length: 256 }, (_, opcode) => encodeOpcode(Opcodes.table[opcode])).join('')
  return `${HEADER}
/// @notice The opcode table (docs/5-machine.md, 5.4).
/// @dev Generated from prover/machine/Opcodes.ts by \`npm run generate\`; do not edit.
library Opcodes {
${families.join('\n')}

${opcodes.join('\n')}

    /// 256 entries of six bytes: input, output, gas (two bytes), family, opens. All zero: undefined.
    bytes private constant TABLE = ${literalOf(entries)};

    /// @notice The entry of \`opcode\`: stack items taken and given, base gas, family (UNDEFINED if there is no such
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
`
}

export function stepKindsSource(): string {
  const kinds = StepKinds.all.map(({ name, kind }) => `    uint256 internal constant ${name} = ${kind};`)
  const bits = [
    ['BATCH', StepKinds.OPENS_BATCH],
    ['BLOCK', StepKinds.OPENS_BLOCK],
    ['TRANSACTION', StepKinds.OPENS_TRANSACTION],
    ['JOURNAL', StepKinds.OPENS_JOURNAL],
    ['FRAME', StepKinds.OPENS_FRAME],
    ['OPERATION', StepKinds.OPENS_OPERATION],
    ['CALL', StepKinds.OPENS_CALL],
  ].map(([name, bit]) => `    uint256 internal constant OPENS_${name} = ${bit};`)
  const last = StepKinds.all.at(-1)?.kind ?? 0
  const entries = Array.from({ length: last + 1 }, (_, kind) => hexOf(StepKinds.opens(kind))).join('')
  return `${HEADER}
/// @notice The step kinds (docs/5-machine.md, 5.5) and the bits of a witness's first byte (5.2).
/// @dev Generated from prover/machine/StepKinds.ts by \`npm run generate\`; do not edit.
library StepKinds {
${kinds.join('\n')}

${bits.join('\n')}

    /// One byte for each kind.
    bytes private constant OPENS =
        ${literalOf(entries)};

    error UnknownStepKind(uint256 kind);

    /// @notice The records from batch to frame that a step of \`kind\` opens; 0 for INSTRUCTION, where the opcode
    /// decides.
    function opens(uint256 kind) internal pure returns (uint256 records) {
        require(kind <= ${last}, UnknownStepKind(kind));
        bytes memory table = OPENS;
        records = uint8(table[kind]);
        require(records != 0 || kind == INSTRUCTION, UnknownStepKind(kind));
    }
}
`
}
