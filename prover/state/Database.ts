import { mkdir, realpath } from 'node:fs/promises'
import { ClassicLevel } from 'classic-level'
import type { Write } from './FlatState.ts'

export type Database = ClassicLevel<Uint8Array, Uint8Array>

/** Several threads of a process may have a database open: one of them writes. */
const options = { keyEncoding: 'view', valueEncoding: 'view', compression: false, multithreading: true } as const

/** What this thread has open. The lock on a directory is the process's, and keeps no thread of it from opening it again. */
const opened = new Set<string>()

/** Opens the database in a directory, once; rejects with the reason if it can't. */
export async function open(directory: string, createIfMissing = true): Promise<Database> {
  if (createIfMissing) await mkdir(directory, { recursive: true })
  const path = await realpath(directory) // a link to it is no other one: two that write lose what each other has written
  if (opened.has(path)) throw new Error('this process has it open')
  opened.add(path)
  const database: Database = new ClassicLevel(path, options)
  try {
    await database.open({ createIfMissing })
  } catch (error) {
    opened.delete(path)
    throw new Error(reasonOf(error))
  }
  return database
}

export async function close(database: Database): Promise<void> {
  await database.close()
  opened.delete(database.location)
}

/** One atomic write, on disk when it resolves. */
export async function writeAll(database: Database, writes: readonly Write[]): Promise<void> {
  const batch = database.batch()
  for (const { key, value } of writes) {
    if (value === undefined) batch.del(key)
    else batch.put(key, value)
  }
  await batch.write({ sync: true })
}

function reasonOf(error: unknown): string {
  const { code, cause, message } = error as {
    code?: string
    cause?: { code?: string; message?: string }
    message: string
  }
  if (cause?.code === 'LEVEL_LOCKED' || code === 'LEVEL_LOCKED') return 'another process has it open'
  return cause?.message ?? message
}
