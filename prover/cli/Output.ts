import { type AbiParameter, encodeAbiParameters } from 'viem'

/** Options that every verb with an output has. */
export interface OutputOptions {
  readonly json?: boolean
  readonly abi?: boolean
}

/** What a verb found: as lines for people, as an object, and as the arguments that a contract takes. */
export interface Output {
  readonly lines: readonly string[]
  readonly json: object
  readonly abi?: { readonly types: readonly AbiParameter[]; readonly values: readonly unknown[] }
}

/** Prints one result in the form that was asked for. */
export function print({ lines, json, abi }: Output, options: OutputOptions): void {
  if (options.abi && abi) console.log(encodeAbiParameters(abi.types, abi.values))
  else if (options.json) console.log(toJson(json))
  else for (const line of lines) console.log(line)
}

/** JSON in which integers that may be large are decimal strings. */
export function toJson(value: object): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? item.toString() : item))
}

/** Tells on the error stream how far long work is; only if somebody is looking, and only if it takes over a second. */
export class Progress {
  private readonly start = performance.now()
  private shown = 0

  update(text: string): void {
    const now = performance.now()
    if (!process.stderr.isTTY || now - this.start < 1_000 || now - this.shown < 100) return
    this.shown = now
    process.stderr.write(`\r\x1b[K${text}`)
  }

  end(): void {
    if (this.shown > 0) process.stderr.write('\r\x1b[K')
  }
}
