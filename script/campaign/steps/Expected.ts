/**
 * The coverage matrix: every kind of step with every outcome that it can have. What no batch can come to stands in
 * `unreachable` with the reason.
 */
import * as Opcodes from '../../../prover/machine/Opcodes.ts'
import * as PrecompileTable from '../../../prover/machine/precompiles/PrecompileTable.ts'

const halts = (...reasons: readonly string[]) => reasons.map((reason) => `halt: ${reason}`)
const memory = halts('memory offset', 'memory gas')

/** Successes of instructions that have more than one, by name. */
const successes: Readonly<Record<string, readonly string[]>> = {
  STOP: ['in the code', 'in the code of a creation', 'past the code', 'past the code of a creation'],
  RETURN: ['nothing', 'nothing of a creation', 'bytes', 'bytes of a creation'],
  REVERT: ['nothing', 'bytes'],
  INVALID: [],
  JUMPI: ['jump', 'no jump'],
  BALANCE: ['cold', 'warm'],
  EXTCODESIZE: ['cold', 'warm'],
  EXTCODEHASH: ['cold', 'warm'],
  EXTCODECOPY: ['cold bytes', 'cold nothing', 'warm bytes', 'warm nothing'],
  CALLDATACOPY: ['bytes', 'nothing'],
  CODECOPY: ['bytes', 'nothing'],
  RETURNDATACOPY: ['bytes', 'nothing'],
  MCOPY: ['forward', 'backward', 'nothing'],
  MLOAD: ['aligned', 'unaligned'],
  MSTORE: ['aligned', 'unaligned'],
  BLOCKHASH: ['known', 'unknown'],
  CALLDATALOAD: ['within', 'over the end', 'past the end'],
  SLOAD: ['cold', 'warm'],
  SSTORE: [
    ...['cold no change', 'cold reset', 'cold reset, refund more', 'cold set'],
    ...['warm reset', 'warm reset, refund more', 'warm set'],
    ...['warm no change or dirty', 'warm no change or dirty, refund more', 'warm no change or dirty, refund less'],
  ],
}

/** Halts besides those of the stack and of the price that the table has. */
const ownHalts: Readonly<Record<string, readonly string[]>> = {
  EXP: halts('exponent gas'),
  KECCAK256: [...memory, ...halts('data gas')],
  BALANCE: halts('access gas'),
  EXTCODESIZE: halts('access gas'),
  EXTCODEHASH: halts('access gas'),
  EXTCODECOPY: [...memory, ...halts('copy gas', 'access gas')],
  CALLDATACOPY: [...memory, ...halts('copy gas')],
  CODECOPY: [...memory, ...halts('copy gas')],
  RETURNDATACOPY: [...memory, ...halts('copy gas', 'returndata')],
  MCOPY: [...memory, ...halts('copy gas')],
  MLOAD: memory,
  MSTORE: memory,
  MSTORE8: memory,
  SLOAD: halts('access gas'),
  SSTORE: halts('static', 'sentry', 'access gas'),
  TSTORE: halts('static'),
  JUMP: halts('jump past the code', 'jump to no JUMPDEST'),
  JUMPI: halts('jump past the code', 'jump to no JUMPDEST'),
  CREATE: [...memory, ...halts('static', 'initcode size', 'data gas')],
  CREATE2: [...memory, ...halts('static', 'initcode size', 'data gas')],
  CALL: [...memory, ...halts('static')],
  CALLCODE: memory,
  DELEGATECALL: memory,
  STATICCALL: memory,
  RETURN: memory,
  REVERT: memory,
  INVALID: halts('invalid'),
  SELFDESTRUCT: halts('static'),
}

/** Every combination of the given words. */
function product(...choices: readonly (readonly string[])[]): string[] {
  return choices.reduce<string[]>(
    (made, choice) => made.flatMap((left) => choice.map((right) => (left === '' ? right : `${left} ${right}`))),
    [''],
  )
}

const calls = ['CALL', 'CALLCODE', 'DELEGATECALL', 'STATICCALL']

const boundaries: Readonly<Record<string, readonly string[]>> = {
  BATCH_BEGIN: ['success'],
  BATCH_PARENT: ['success'],
  BLOCK_BEGIN: [
    ...['end of the payload', 'time as claimed', 'time of the posting', 'time of the parent', 'earliest time'],
  ],
  TX_BEGIN: ['loads', 'empty', 'too long', 'block has no prefix left', 'longer than the block'],
  TX_LOAD: ['word', 'last word'],
  TX_DECODE: [
    ...['type 0', 'type 1', 'type 2', 'type 4'],
    ...[
      ...['malformed RLP', 'malformed signature', 'v … is not of chain …', 'chain id … is not …'],
      ...['nonce out of range', 'malformed gas field', 'malformed value or data', 'malformed target'],
      ...['malformed access list', 'signature out of range', 'no signer', 'type … is not in this ruleset'],
      ...['gas limit … is above 2^24', 'gas limit … is below the intrinsic gas …'],
      ...['gas limit … is below the calldata floor …', 'gas limit … is above what the block has left'],
      ...['gas limit … is above what the batch has left', 'max fee … is below the base fee …'],
      ...['max fee is below the priority fee', 'initcode of … bytes is too long'],
      ...['malformed or empty authorization list', 'type … creates nothing'],
    ].map((reason) => `skipped: ${reason}`),
  ],
  TX_SENDER: [
    ...['to the access list', 'to the authorizations', 'to the start'],
    ...["skipped: nonce … is not the sender's, …", 'skipped: the sender is a contract'],
    'skipped: balance … is below …',
  ],
  TX_LIST: ['address', 'address warm by rule', 'slot'],
  AUTH_RECOVER: [
    'recovered',
    ...['chain id', 'nonce', 'parity', 'signature', 'no signer'].map((reason) => `void: ${reason}`),
  ],
  AUTH_APPLY: ['sets', 'sets, refund', 'clears', 'clears, refund', 'void: code', 'void: nonce'],
  TX_START: ['call', 'creation'],
  TX_REFUND: ['no refund', 'refund', 'refund capped', 'floor'],
  TX_FEE: ['to destroy', 'to the end'],
  TX_DESTROY: ['one of several', 'last'],
  TX_END: ['success'],
  BLOCK_END: ['base fee stays', 'base fee rises', 'base fee falls'],
  BATCH_END: ['success'],
  HALTED: ['stays'],
}

const callSteps: Readonly<Record<string, readonly string[]>> = {
  CALL_ACCESS: [
    ...product(calls, ['cold', 'warm'], ['code', 'no code', 'delegation']),
    ...product(['CALL', 'STATICCALL'], ['cold', 'warm'], ['empty account']),
    ...product([...calls, 'transaction'], ['precompile']),
    ...product(['transaction'], ['warm'], ['code', 'no code', 'delegation', 'empty account']),
    ...product(calls, ['halt: access gas']),
    'CALL halt: new account gas',
  ],
  CALL_DELEGATE: [
    ...product([...calls, 'transaction'], ['cold', 'warm', 'precompile']),
    ...product(calls, ['halt: access gas']),
  ],
  CALL_CHARGE: [
    ...product([...calls, 'transaction'], ['frame', 'precompile']),
    ...product(['CALL', 'transaction'], ['frame, value', 'precompile, value']),
    ...product(['CALL', 'STATICCALL', 'transaction'], ['frame, touch']),
    ...product(['CALL', 'CALLCODE'], ['soft fail: balance']),
  ],
  CREATE_CREATOR: product(['CREATE', 'CREATE2'], ['success', 'soft fail: balance', 'soft fail: nonce']),
  CREATE_TARGET: product(['CREATE', 'CREATE2', 'transaction'], ['no value', 'value', 'collision']),
  CREATE_DEBIT: ['success'],
  CREDIT: ['call, value', 'call, touch', 'precompile, value', 'creation, value', 'creation, no value'],
  CODE_INSTALL: ['word', 'last word'],
  FRAME_EXIT: [
    ...['call returned', 'call returned, copy', 'call reverted', 'call reverted, copy', 'call halted'],
    ...['creation returned', 'creation reverted', 'creation halted'],
    ...['precompile returned', 'precompile returned, copy', 'precompile halted'],
    ...[
      'call returned',
      'call reverted',
      'call halted',
      'creation returned',
      'creation reverted',
      'creation halted',
    ].map((how) => `${how}, transaction over`),
    ...['precompile returned, transaction over', 'precompile halted, transaction over'],
  ],
  CREATE_RETURN: ['no code', 'code', ...halts('first byte', 'code gas', 'code size')],
  DEPOSIT: ['success'],
  SELFDESTRUCT_CREDIT: [
    ...['to itself', 'to cold account', 'to warm account', 'to cold new account', 'to warm new account'],
    ...halts('access gas', 'new account gas'),
  ],
  SELFDESTRUCT_DEBIT: ['created in the transaction', 'older'],
  COPY: ['word', 'last word', 'word of IDENTITY', 'last word of IDENTITY'],
  MEMORY_COPY: ['forward', 'last forward', 'backward', 'last backward'],
  KECCAK: product(['block of', 'last block of'], ['KECCAK256', 'CREATE2', 'DEPOSIT']),
  SHA256: ['block', 'last block'],
  RIPEMD160: ['block', 'last block'],
}

/** Outcomes that the code has and no batch: row, outcome, reason. */
export const unreachable: readonly (readonly [row: string, outcome: string, reason: string])[] = [
  ...[...calls, 'CREATE', 'CREATE2'].map((name) => {
    const row = name.startsWith('CREATE') ? 'CREATE_CREATOR' : 'CALL_CHARGE'
    return [
      row,
      `${name} soft fail: depth`,
      'each frame keeps a 64th of its gas, so 2^24 of it end far above it',
    ] as const
  }),
]

function instructionOutcomes({ name, stackIn, stackOut, gas }: Opcodes.Opcode): string[] {
  const outcomes = [...(successes[name] ?? pushes(name) ?? ['success']), ...(ownHalts[name] ?? [])]
  if (stackIn > 0) outcomes.push(...halts('stack underflow'))
  if (stackOut > stackIn) outcomes.push(...halts('stack overflow'))
  if (gas > 0) outcomes.push(...halts('gas'))
  if (/^LOG\d$/.test(name)) outcomes.push(...memory, ...halts('static', 'data gas'))
  return outcomes
}

/** PUSH1 to PUSH32. The last one and its operand are longer than a word. */
function pushes(name: string): string[] | undefined {
  if (!/^PUSH[1-9]/.test(name)) return undefined
  return [...(name === 'PUSH32' ? [] : ['in one word']), 'in two words', 'past the code']
}

function precompileOutcomes(): [string, string[]][] {
  const byAddress: [number, string[]][] = [
    [1, ['output', 'empty output', 'halt: gas']],
    [2, ['begins', 'halt: gas']],
    [3, ['begins', 'halt: gas']],
    [4, ['begins', 'empty output', 'halt: gas']],
    ...PrecompileTable.all.map((entry): [number, string[]] => [entry.address, delegatedOutcomes(entry)]),
  ]
  return byAddress.map(([address, made]) => [`PRECOMPILE 0x${address.toString(16).padStart(2, '0')}`, made])
}

/** Of what one step leaves to the precompile of L1. */
function delegatedOutcomes({ address, lengths, isTotal }: PrecompileTable.Entry): string[] {
  const { ANY_LENGTH, BLAKE2F, BN254_PAIRING, BLS12_G1MSM, BLS12_G2MSM, BLS12_PAIRING, MODEXP, P256VERIFY } =
    PrecompileTable
  const made = ['output', 'halt: gas']
  if (address === MODEXP || address === P256VERIFY) made.push('empty output')
  if (address === MODEXP || lengths !== ANY_LENGTH) made.push('halt: length')
  if (address === BLAKE2F) made.push('halt: flag')
  if (address === BLS12_G1MSM || address === BLS12_G2MSM) made.push('halt: sum too long')
  if ([MODEXP, BN254_PAIRING, BLAKE2F, BLS12_PAIRING].includes(address)) made.push('halt: cap')
  if (!isTotal) made.push('halt: invalid input')
  return made
}

/** By row; the rows in the order of the specification. */
export const outcomes: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...Object.entries(boundaries),
  ...Opcodes.table
    .filter((entry) => entry !== undefined)
    .map((entry): [string, string[]] => [entry.name, instructionOutcomes(entry)]),
  ['undefined opcode', halts('undefined')],
  ...Object.entries(callSteps),
  ...precompileOutcomes(),
])
