/** Arrays come back from a real server as they went. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { withTestDatabase } from '../../../test/database.ts'

test('arrays of texts, numbers, instants, ids and JSON come back as they went', async () => {
  await withTestDatabase(async (database) => {
    const db = await database.openDb('charge')
    const text = fc.oneof(fc.string(), fc.constantFrom('', 'NULL', '{}', 'a,b', '"', '\\', '\n', ' x ', null))
    const clean = fc.array(
      text.map((one) => one?.replaceAll('\0', '').toWellFormed() ?? null),
      { maxLength: 5 },
    )
    await db.asService((tx) =>
      fc.assert(
        fc.asyncProperty(clean, async (values) => {
          const [row] = await tx`select ${values}::text[] as back`
          assert.deepEqual(row?.['back'], values)
        }),
        { numRuns: 200 },
      ),
    )
    const id = '0199c8a0-0000-7000-8000-000000000001'
    const [row] = await db.asService(
      (tx) => tx`
        select ${['1', '-4611686018427387904']}::text[]::bigint[] as numbers,
               ${['true', 'false']}::text[]::boolean[] as flags, ${[id]}::uuid[] as ids,
               ${[1_764_000_000_123]}::timestamptz[] as instants, ${[1, 2]}::int[] as small, ${[]}::text[] as none,
               array[array['a', null], array['b', '{']] as square, ${['{"a":[1]}']}::text[]::jsonb[] as objects,
               ${[]}::bigint[] as empty, '[0:1]={7,8}'::int[] as shifted`,
    )
    assert.deepEqual(
      { ...row },
      {
        numbers: [1n, -4_611_686_018_427_387_904n],
        flags: [true, false],
        ids: [id],
        instants: [1_764_000_000_123],
        small: [1, 2],
        none: [],
        square: [
          ['a', null],
          ['b', '{'],
        ],
        objects: [{ a: [1] }],
        empty: [],
        shifted: [7, 8],
      },
    )
  })
})
