// Random programs that do things: every operand is made for its instruction, so that few of them just halt.

const pushed = (value: bigint): string => {
  if (value === 0n) return '5f'
  const digits = value.toString(16)
  const even = digits.length & 1 ? `0${digits}` : digits
  return (0x5f + even.length / 2).toString(16) + even
}

/** Code that pushes `operands`, the first one on top, and runs `opcode`. */
function instruction(opcode: number, ...operands: readonly (bigint | string)[]): string {
  const pushes = operands.toReversed().map((operand) => (typeof operand === 'bigint' ? pushed(operand) : operand))
  return pushes.join('') + opcode.toString(16).padStart(2, '0')
}

const [SLOAD, SSTORE, POP] = [0x54, 0x55, '50']

/** Keeps the value on top of the stack in a slot. */
const kept = (slot: bigint, code: string) => `${code}${pushed(slot)}${SSTORE.toString(16)}`

/** The code of a program of about `length` instructions that uses the given addresses. */
export function randomProgram(random: () => number, addresses: readonly bigint[], length: number): Uint8Array {
  const parts = Array.from({ length }, () => randomPart(random, addresses))
  const endings = ['00', instruction(0xf3, 0n, 32n), instruction(0xfd, 0n, 32n), 'fe', '01', '5b']
  if (random() < 0.5) parts.push(endings[Math.floor(random() * endings.length)]!)
  return new Uint8Array(Buffer.from(parts.join(''), 'hex'))
}

function randomPart(random: () => number, addresses: readonly bigint[]): string {
  const below = (limit: number) => BigInt(Math.floor(random() * limit))
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)]!
  const numbers = [0n, 1n, 2n, 31n, 32n, 255n, 256n, 2n ** 255n, 2n ** 256n - 1n, 2n ** 64n]
  const number = () => (random() < 0.3 ? pick(numbers) : below(1 << 20))
  const offset = () => below(200)
  const size = () => below(100)
  const slot = () => below(6)
  const address = () => pick(addresses)
  const value = () => (random() < 0.7 ? 0n : below(1000))
  const gas = () => (random() < 0.8 ? below(200_000) : 2n ** 256n - 1n)

  const parts: (() => string)[] = [
    () => kept(slot(), instruction(Number(1n + below(7)), number(), number())), // ADD … SMOD
    () => kept(slot(), instruction(Number(8n + below(2)), number(), number(), number())), // ADDMOD, MULMOD
    () => kept(slot(), instruction(Number(0x0an + below(2)), number(), number())), // EXP, SIGNEXTEND
    () => kept(slot(), instruction(Number(0x10n + below(9)), number(), number())), // LT … XOR, ISZERO and one more
    () => kept(slot(), instruction(Number(0x1an + below(4)), number(), number())), // BYTE, SHL, SHR, SAR
    () => kept(slot(), instruction(0x1e, number())), // CLZ
    () => kept(slot(), instruction(0x20, offset(), size())), // KECCAK256
    () =>
      kept(slot(), pick(['30', '32', '33', '34', '36', '38', '3a', '3d', '41', '42', '43', '44', '45', '46', '47'])),
    () => kept(slot(), pick(['48', '4a', '58', '59', '5a'])),
    () => kept(slot(), instruction(0x35, number())), // CALLDATALOAD
    () => kept(slot(), instruction(pick([0x31, 0x3b, 0x3f]), address())), // BALANCE, EXTCODESIZE, EXTCODEHASH
    () => kept(slot(), instruction(0x40, random() < 0.5 ? below(8) : number())), // BLOCKHASH
    () => instruction(pick([0x37, 0x39]), offset(), offset(), size()), // CALLDATACOPY, CODECOPY
    () => instruction(0x3e, offset(), 0n, '3d'), // RETURNDATACOPY of all
    () => (random() < 0.2 ? instruction(0x3e, offset(), below(4), size()) : ''), // RETURNDATACOPY of maybe too much
    () => instruction(0x3c, address(), offset(), offset(), size()), // EXTCODECOPY
    () => instruction(0x5e, offset(), offset(), size()), // MCOPY
    () => instruction(pick([0x52, 0x53]), offset(), number()), // MSTORE, MSTORE8
    () => kept(slot(), instruction(0x51, offset())), // MLOAD
    () => instruction(SSTORE, slot(), below(3)),
    () => instruction(SLOAD, slot()) + POP,
    () => instruction(0x5d, slot(), below(3)), // TSTORE
    () => kept(slot(), instruction(0x5c, slot())), // TLOAD
    () => instruction(0xa0 + Number(below(3)), offset(), size(), number(), number()), // LOG, and some left on the stack
    () => kept(slot(), instruction(pick([0xf1, 0xf2]), gas(), address(), value(), offset(), size(), offset(), size())),
    () => kept(slot(), instruction(pick([0xf4, 0xfa]), gas(), address(), offset(), size(), offset(), size())),
    () => `${creation(random, addresses, offset())}${pushed(slot())}55`,
    () => (random() < 0.1 ? instruction(0xff, address()) : ''), // SELFDESTRUCT
    () => (random() < 0.3 ? `${pushed(number())}${(0x80 + Number(below(3))).toString(16)}` : ''), // DUP1 … DUP3
    () => (random() < 0.05 ? instruction(0x56, number()) : '5b'), // JUMP, mostly to nowhere; JUMPDEST
    () => '5860060156fe5b', // jumps over an INVALID
  ]
  return pick(parts)()
}

/** CREATE or CREATE2 of a small contract, or of whatever is in memory. */
function creation(random: () => number, addresses: readonly bigint[], offset: bigint): string {
  const isCreate2 = random() < 0.5
  const value = random() < 0.7 ? 0n : 1n
  const small = randomInitcode(random, addresses)
  const store = instruction(0x52, offset, BigInt(`0x${small}`))
  const [start, size] = [offset + BigInt(32 - small.length / 2), BigInt(small.length / 2)]
  const salt = BigInt(Math.floor(random() * 3))
  return store + (isCreate2 ? instruction(0xf5, value, start, size, salt) : instruction(0xf0, value, start, size))
}

/** Up to 32 bytes of initcode that end in each of the possible ways; never with a leading zero byte. */
function randomInitcode(random: () => number, addresses: readonly bigint[]): string {
  const endings = [
    '6001600055' + '60016000f3', // stores, installs 00
    '60ef60005360016000f3', // refused: 0xef
    '60005ffd', // reverts
    'fe',
    `73${addresses[0]!.toString(16).padStart(40, '0')}ff`, // destroys itself in its creation
    '33ff',
    '6133ff60005260026001e0', // an undefined instruction at the end
    '6133ff5f526002601ef3', // installs 33ff: destroys itself when it is called
    '600160015d60015c60005500',
    '5a5a5a505050',
  ]
  return endings[Math.floor(random() * endings.length)]!
}
