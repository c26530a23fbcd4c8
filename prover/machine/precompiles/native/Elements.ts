/** What a library makes of a precompile's input: an output, or the first of its elements that is not valid. */

export type Result = { readonly output: Uint8Array } | { readonly bad: number }

/** Decodes the elements of `size` bytes and gives the output of `compute`, or names the first that is not valid. */
export function computeFrom<T>(
  input: Uint8Array,
  size: number,
  decode: (element: Uint8Array) => T | undefined,
  compute: (elements: T[]) => Uint8Array,
): Result {
  const elements: T[] = []
  for (let bad = 0; bad * size < input.length; bad++) {
    const element = decode(input.subarray(bad * size, (bad + 1) * size))
    if (element === undefined) return { bad }
    elements.push(element)
  }
  return { output: compute(elements) }
}
