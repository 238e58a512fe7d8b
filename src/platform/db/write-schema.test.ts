import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { withTestDatabase } from '../../../test/database.ts'
import { schemaSource } from './write-schema.ts'

const file = join(import.meta.dirname, 'schema.ts')

test('the types of the tables are those of the migrations', async () => {
  const source = await withTestDatabase(({ ownerSql }) => schemaSource(ownerSql))
  if (process.env['DIALHOUSE_WRITE'] === '1') writeFileSync(file, source)
  assert.equal(
    readFileSync(file, 'utf8'),
    source,
    'schema.ts is older than the migrations; run: DIALHOUSE_WRITE=1 node dialhouse.mjs test write-schema',
  )
})
