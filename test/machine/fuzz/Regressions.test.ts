// What the fuzzer once found, or had to look at twice: each file is a case as `npm run fuzz` prints it, and runs for ever.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { check } from '../../../script/campaign/fuzz/Check.ts'
import * as FuzzCase from '../../../script/campaign/fuzz/FuzzCase.ts'

const folder = new URL('.', import.meta.url)
const files = readdirSync(folder).filter((file) => file.endsWith('.json'))

describe('Cases of the fuzzer', () => {
  assert.ok(files.length > 0)
  for (const file of files) {
    test(`${file.replace('.json', '')}: run mode, prove mode and the judge agree`, async () => {
      const { failure } = await check(FuzzCase.parse(readFileSync(new URL(file, folder), 'utf8'), file))
      assert.equal(failure, undefined)
    })
  }
})
