// One process per size of state: `size.ts SIZE BATCH,BATCH` prints what it measured as one line of JSON.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measure } from './measure.ts'

const [size = '', batches = ''] = process.argv.slice(2)
const directory = await mkdtemp(join(tmpdir(), 'bench-'))
try {
  const result = await measure(directory, Number(size), batches.split(',').map(Number))
  process.stdout.write(`${JSON.stringify(result)}\n`)
} finally {
  await rm(directory, { recursive: true })
}
