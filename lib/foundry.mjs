#!/usr/bin/env node
// Runs forge, anvil or cast from the npm packages: `node lib/foundry.mjs forge test`.
// The launchers that those packages put into node_modules/.bin exit with 0 whatever the tool says, so that a failing
// test would pass. This one passes the status on, and gives forge the compiler of lib/solc unless FOUNDRY_SOLC is set.
import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { arch, argv, env, exit, platform, stderr } from 'node:process'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const tools = ['forge', 'anvil', 'cast']

/**
 * The path of the real executable of `tool` for this platform.
 * @param {string} tool forge, anvil or cast
 * @returns {string}
 */
export function binaryPath(tool) {
  if (!tools.includes(tool)) throw new Error(`lib/foundry.mjs: expected one of ${tools.join(', ')}, got: ${tool}`)
  const name = `@foundry-rs/${tool}-${platform}-${arch === 'x64' ? 'amd64' : arch}`
  try {
    return require.resolve(`${name}/bin/${tool}${platform === 'win32' ? '.exe' : ''}`)
  } catch {
    throw new Error(`lib/foundry.mjs: expected the npm package ${name} to be installed (run npm ci)`)
  }
}

/**
 * The environment in which forge finds its compiler.
 * @returns {NodeJS.ProcessEnv}
 */
export function environment() {
  return { FOUNDRY_SOLC: fileURLToPath(new URL('solc', import.meta.url)), ...env }
}

/**
 * `forge lint` records in the build's cache that it has compiled what it has only parsed, after which `forge build` and
 * `forge test` go on with the old artifacts. It gets a cache of its own.
 */
const lintEnvironment = { FOUNDRY_OUT: 'cache/lint/out', FOUNDRY_CACHE_PATH: 'cache/lint' }

/**
 * Runs `tool` on this process's own input and output, and exits as it exits.
 * @param {string} tool
 * @param {string[]} parameters
 */
function run(tool, parameters) {
  const extra = tool === 'forge' && parameters[0] === 'lint' ? lintEnvironment : {}
  const child = spawn(binaryPath(tool), parameters, { stdio: 'inherit', env: { ...environment(), ...extra } })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal))
  }
  child.on('error', (error) => {
    stderr.write(`lib/foundry.mjs: ${tool} did not start: ${error.message}\n`)
    exit(1)
  })
  child.on('exit', (code, signal) => exit(code ?? 128 + (signal ? constants.signals[signal] : 0)))
}

if (argv[1] !== undefined && realpathSync(argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    run(argv[2] ?? 'nothing', argv.slice(3))
  } catch (error) {
    stderr.write(`${error instanceof Error ? error.message : error}\n`)
    exit(2)
  }
}
