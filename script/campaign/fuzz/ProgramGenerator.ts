/** Programs that go deep: operands are made for their instruction, and the stack is known all along. */
import type { Chance } from './Chance.ts'
import type { CodeWriter } from './CodeWriter.ts'
import { CREATED_SLOT, MAX, Operands, type Surroundings } from './Operands.ts'
import * as PrecompileInputs from './PrecompileInputs.ts'

/** The code of a program of about `length` statements. */
export function makeProgram(chance: Chance, surroundings: Surroundings, length: number): Uint8Array {
  const program = new Program(chance, surroundings)
  program.block(length)
  program.ending()
  return program.code.bytes()
}

/** Initcode: a program that ends by returning code, or as initcode should not. */
export function makeInitcode(chance: Chance, surroundings: Surroundings): Uint8Array {
  const program = new Program(chance, surroundings)
  program.block(chance.below(4))
  program.deposit()
  return program.code.bytes()
}

class Program extends Operands {
  #nesting = 0

  block(length: number): void {
    for (let left = length; left > 0; left--) this.#statement()
  }

  #statement(): void {
    const make = this.chance.weighted(this.#statements)
    make()
  }

  readonly #statements: readonly (readonly [weight: number, make: () => void])[] = [
    [8, () => this.#sstore()],
    [3, () => this.#flipSlot()],
    [6, () => this.#keep(() => this.value(3))],
    [3, () => this.#tstore()],
    [6, () => this.#mstore()],
    [7, () => this.#copy()],
    [3, () => this.#log()],
    [4, () => this.#keep(() => this.#keccak())],
    [14, () => this.#call()],
    [3, () => this.#callPrecompile()],
    [8, () => this.#create()],
    [4, () => this.#onlyIf()],
    [2, () => this.#loop()],
    [3, () => this.#juggle()],
    [1, () => this.#onlyIf(() => this.#selfdestruct())],
    [1, () => this.#onlyIf(() => this.ending())],
    [1, () => this.#oddJump()],
    [1, () => this.#tightCall()],
  ]

  /** How the program ends, if it does not just run out of code. */
  ending(): void {
    const { code } = this
    const chance = this.chance
    const end = chance.weighted<() => void>([
      [3, () => code.op('STOP')],
      [6, () => this.range().op('RETURN')],
      [5, () => this.range().op('REVERT')],
      [2, () => this.#selfdestruct()],
      [1, () => code.op('INVALID')],
      [1, () => code.raw([0x60 + chance.below(32), ...chance.bytes(chance.below(4))])], // a PUSH that is cut off
      [1, () => code.raw([chance.pick([0x0c, 0x21, 0x4b, 0xa5, 0xb0, 0xef, 0xf6])])], // undefined
      [1, () => this.#endlessLoop()],
      [1, () => code.raw([0x01, 0x50, 0x50, 0x90])], // takes what is not there
      [3, () => {}],
    ])
    const { depth } = code
    end()
    code.depth = depth
  }

  /** How initcode ends. */
  deposit(): void {
    const { code } = this
    const chance = this.chance
    const end = chance.weighted<() => void>([
      [6, () => this.#returnCode(chance.between(0, 40))],
      [2, () => this.#returnProgram()],
      [
        2,
        () =>
          code
            .push(0xef)
            .push(0)
            .op('MSTORE8')
            .push(chance.pick([1, 2, 33]))
            .push(0)
            .op('RETURN'),
      ],
      [
        2,
        () =>
          code
            .push(chance.pick([24_575, 24_576, 24_577, 3_000]))
            .push(0)
            .op('RETURN'),
      ],
      [2, () => this.range().op('RETURN')],
      [2, () => this.range().op('REVERT')],
      [2, () => this.#selfdestruct()],
      [1, () => code.op('INVALID')],
      [2, () => this.#copyOfLibrary().push(0).op('RETURN')],
    ])
    end()
  }

  /** Deploys code that does something when it is called: it destroys itself, stores, or forwards. */
  #returnProgram(): void {
    const chance = this.chance
    const inner = new Program(chance, this.around)
    inner.block(chance.between(1, 2))
    inner.ending()
    const bytes = inner.code.bytes().subarray(0, 400)
    for (let at = 0; at < bytes.length; at += 32) {
      const word = Buffer.alloc(32)
      word.set(bytes.subarray(at, at + 32))
      this.code
        .push(BigInt(`0x${word.toString('hex')}`))
        .push(at)
        .op('MSTORE')
    }
    this.code.push(bytes.length).push(0).op('RETURN')
  }

  #returnCode(size: number): void {
    const codes = [0x00n, 0x33ffn, 0x30ffn, 0x5f5f_fdn, 0x5ffen, 0x600154600101600155n, 0x34600055n, 0x6001600055n]
    const runtime = this.chance.pick(codes)
    const digits = runtime.toString(16)
    const bytes = Math.ceil(digits.length / 2)
    this.code
      .push(runtime << BigInt(8 * (32 - bytes)))
      .push(0)
      .op('MSTORE')
    this.code.push(Math.max(bytes, size)).push(0).op('RETURN')
  }

  // Statements: each leaves the stack as it was.

  #keep(make: () => void): void {
    make()
    const kind = this.chance.below(4)
    if (kind === 0) this.code.op('POP')
    else this.slot().op(kind === 1 ? 'SSTORE' : 'TSTORE')
  }

  #sstore(): void {
    const chance = this.chance
    if (chance.once(4)) this.value(2)
    else this.code.push(chance.below(3))
    this.slot().op('SSTORE')
  }

  /** Several writes of one slot: set, cleared, back to what it was. */
  #flipSlot(): void {
    const chance = this.chance
    const slot = chance.below(4)
    for (let count = chance.between(2, 4); count > 0; count--) this.code.push(chance.below(3)).push(slot).op('SSTORE')
  }

  #tstore(): void {
    this.value(1)
    this.slot().op('TSTORE')
  }

  #mstore(): void {
    this.value(2)
    this.offset().op(this.chance.once(3) ? 'MSTORE8' : 'MSTORE')
  }

  #copy(): void {
    const { code } = this
    const chance = this.chance
    const from = () => (chance.once(8) ? this.number() : this.offset())
    const to = () => this.offset()
    const size = () => this.size()
    const all = () => code.op('RETURNDATASIZE')
    const allButOne = () => code.push(1).op('RETURNDATASIZE').op('SUB')
    const zero = () => code.push(0)
    const [name, ...operands] = chance.weighted<readonly [string, ...(() => CodeWriter)[]]>([
      [2, ['CALLDATACOPY', size, from, to]],
      [2, ['CODECOPY', size, from, to]],
      [3, ['EXTCODECOPY', size, from, to, () => this.address()]],
      [4, ['MCOPY', size, to, to]],
      [6, ['RETURNDATACOPY', all, zero, to]],
      // The last byte, or more than there are.
      [1, ['RETURNDATACOPY', () => code.push(chance.below(3)), allButOne, to]],
      [1, ['RETURNDATACOPY', zero, () => code.push(chance.pick([MAX, 0n, 1n])), to]],
    ])
    for (const operand of operands) operand()
    code.op(name)
  }

  #log(): void {
    const topics = this.chance.below(5)
    for (let topic = 0; topic < topics; topic++) this.value(0)
    this.range().op(`LOG${topics}`)
  }

  #keccak(): void {
    this.range().op('KECCAK256')
  }

  #call(address: () => CodeWriter = () => this.address()): void {
    const chance = this.chance
    const kind = chance.weighted([
      [8, 'CALL'],
      [2, 'CALLCODE'],
      [4, 'DELEGATECALL'],
      [2, 'STATICCALL'],
    ] as const)
    this.range() // output
    this.range() // input
    if (kind === 'CALL' || kind === 'CALLCODE') this.callValue()
    address()
    this.gas()
    this.code.op(kind)
    this.#afterCall()
  }

  /** The result, and what was returned. */
  #afterCall(): void {
    const chance = this.chance
    if (chance.once(3)) this.code.op('RETURNDATASIZE').op('ADD')
    this.#keep(() => {})
    if (chance.once(3)) this.code.op('RETURNDATASIZE').push(0).push(chance.below(64)).op('RETURNDATACOPY')
    if (chance.once(4)) this.#keep(() => this.code.push(0).op('MLOAD'))
  }

  #callPrecompile(): void {
    const { code } = this
    const chance = this.chance
    const number = chance.pick(chance.once(60) ? PrecompileInputs.slow : PrecompileInputs.cheap)
    const input = PrecompileInputs.make(chance, number)
    for (let at = 0; at < input.length; at += 32) {
      const word = Buffer.alloc(32)
      word.set(input.subarray(at, at + 32))
      code
        .push(BigInt(`0x${word.toString('hex')}`))
        .push(at)
        .op('MSTORE')
    }
    code.push(chance.pick([0, 32, 64, 100])).push(chance.pick([0, 5, 256]))
    code.push(input.length).push(0)
    const kind = chance.pick(['CALL', 'STATICCALL', 'DELEGATECALL', 'CALLCODE'])
    if (kind === 'CALL' || kind === 'CALLCODE') this.callValue()
    code.push(number)
    this.gas()
    code.op(kind)
    this.#afterCall()
  }

  /** Puts the initcode of a library at 0; pushes its size. */
  #copyOfLibrary(): CodeWriter {
    const { code } = this
    const library = this.chance.pick(this.around.libraries)
    code.push(library, 20).op('EXTCODESIZE').push(0).push(0).push(library, 20).op('EXTCODECOPY')
    return code.push(library, 20).op('EXTCODESIZE')
  }

  #create(): void {
    const { code } = this
    const chance = this.chance
    const isSalted = chance.once(2)
    if (isSalted) code.push(chance.below(this.around.salts))
    if (chance.once(30)) code.push(chance.pick([49_151, 49_152, 49_153]))
    else if (chance.once(20)) code.push(0)
    else this.#copyOfLibrary()
    if (chance.once(20)) this.offset()
    else code.push(0)
    this.callValue()
    code.op(isSalted ? 'CREATE2' : 'CREATE')
    if (chance.once(2)) code.op('DUP1').push(CREATED_SLOT).op('TSTORE')
    this.#afterCall()
    if (chance.once(3)) this.#call(() => code.push(CREATED_SLOT).op('TLOAD'))
  }

  #onlyIf(make: () => void = () => this.block(this.chance.between(1, 3))): void {
    if (this.#nesting > 2) return
    this.#nesting++
    const { code } = this
    const end = code.newLabel()
    this.value(1)
    code.pushLabel(end).op('JUMPI')
    make()
    code.place(end)
    this.#nesting--
  }

  #loop(): void {
    if (this.#nesting > 1) return
    this.#nesting++
    const { code } = this
    const start = code.newLabel()
    code.push(this.chance.between(1, 5)).place(start)
    this.block(this.chance.between(1, 2))
    code.push(1).op('SWAP1').op('SUB').op('DUP1').pushLabel(start).op('JUMPI').op('POP')
    this.#nesting--
  }

  /** Until the gas is gone. */
  #endlessLoop(): void {
    const { code } = this
    const start = code.newLabel()
    code.place(start)
    const body = this.chance.below(3)
    if (body === 0) code.op('GAS').op('GAS').op('MSTORE')
    // Nothing is cheaper: as many steps as there can be for the gas.
    if (body === 1) code.raw(new Uint8Array(this.chance.between(1, 2_000)).fill(0x5b))
    code.pushLabel(start).op('JUMP')
  }

  #juggle(): void {
    const { code } = this
    const chance = this.chance
    const count = chance.once(15) ? chance.between(60, 200) : chance.between(1, 17)
    for (let left = count; left > 0; left--) this.value(0)
    for (let left = chance.below(6); left > 0; left--) {
      const reach = Math.min(16, count)
      if (chance.once(2)) code.op(`DUP${chance.between(1, reach)}`).op('POP')
      else if (count > 1) code.op(`SWAP${chance.between(1, Math.min(16, count - 1))}`)
    }
    for (let left = count; left > 1; left--) code.op(chance.pick(['ADD', 'XOR', 'POP', 'SUB']))
    code.op('POP')
  }

  /** To a JUMPDEST that is data, past the end, or with upper bits set; most of the time not taken. */
  #oddJump(): void {
    const { code } = this
    const chance = this.chance
    const target = chance.weighted<() => bigint>([
      [2, () => BigInt(code.length + 2)],
      [1, () => 0x5b5b_5bn],
      [1, () => (1n << 32n) + BigInt(chance.below(code.length + 1))],
      [1, () => MAX],
      [2, () => BigInt(chance.below(code.length + 1))],
    ])()
    if (chance.once(3)) code.push(1)
    else code.op('CALLVALUE')
    code.push(target).op('JUMPI')
    if (chance.once(2)) code.push(0x5b5b5b5bn).op('POP')
  }

  /** A call with a constant amount of gas, to which a search for edges may give another value. */
  #tightCall(): void {
    const { code } = this
    const chance = this.chance
    code.push(0).push(0).push(0).push(0).push(chance.below(2))
    this.address()
    code.push(BigInt(chance.between(2_000, 60_000)), 3).op('CALL')
    this.#afterCall()
  }

  #selfdestruct(): void {
    this.address().op('SELFDESTRUCT')
  }
}
