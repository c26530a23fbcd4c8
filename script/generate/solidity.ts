/** What the generated Solidity files have in common. */

export const HEADER = `// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;
`

export function hexOf(...bytes: number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A long hex literal as adjacent ones, which the compiler joins; 96 digits each, as forge fmt wants the lines. */
export function literalOf(hex: string): string {
  const lines = hex.match(/.{1,96}/g) ?? []
  return lines.map((line) => `hex"${line}"`).join('\n        ')
}
