import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The text of every file that is, or would be, committed, by its path from the root of the repository. */
export type Tree = ReadonlyMap<string, string>

/** Reads the tree of the checkout at `root`; ignored files are not part of it. */
export function readTree(root: string): Tree {
  const listing = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  const paths = [...new Set(listing.split('\0'))].filter((path) => path !== '' && existsSync(join(root, path)))
  return new Map(paths.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}

/** The files whose path starts with one of `folders` and ends with one of `endings`. */
export function filesIn(tree: Tree, folders: readonly string[], endings: readonly string[]): [string, string][] {
  return [...tree].filter(
    ([path]) => folders.some((folder) => path.startsWith(folder)) && endings.some((ending) => path.endsWith(ending)),
  )
}

/** `source` without its comments, each replaced by a blank, so that line numbers stay. Works for Solidity and TypeScript. */
export function withoutComments(source: string): string {
  // A string literal is matched first, so that `//` inside one is no comment.
  return source.replace(/("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (found, text) =>
    text === undefined ? found.replace(/[^\n]/g, ' ') : found,
  )
}
