/** What tests of the door share: a small operation table with its handlers, and a certificate for loopback. */

import { z } from 'zod'
import { createMetrics, fail, ok, silentLog, type Clock } from '../../base/index.ts'
import type { Db } from '../db/index.ts'
import type { Caller } from '../identity/index.ts'
import { bindOperations, type BoundOperation } from './bind-operations.ts'
import { csv } from './csv-answer.ts'
import { createDoor, type Door } from './door.ts'
import { events } from './event-stream.ts'
import { mountOperations } from './mount-operations.ts'
import { defineOperations } from './operation.ts'
import { flag, id, instant, micros, wholeNumber } from './wire.ts'

export const testOperations = defineOperations({
  hello: {
    method: 'GET',
    path: '/api/v1/hello',
    summary: 'Greets anybody',
    permission: 'public',
    audit: 'none',
    query: z.object({ loud: flag.optional(), times: wholeNumber({ min: 1, max: 9 }).optional() }),
    output: z.object({ text: z.string(), host: z.string() }),
    failures: {},
  },
  pay: {
    method: 'POST',
    path: '/api/v1/things/{id}/payments',
    summary: 'Writes one audit entry for each payment',
    permission: 'accounts.adjust',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ amount: micros, at: instant, reason: z.string().max(100).optional() }),
    output: z.object({ id, total: micros, at: instant }),
    failures: { 'test.refused': 409 },
  },
  undeclared: {
    method: 'DELETE',
    path: '/api/v1/things/{id}',
    summary: 'Fails with a code that it does not declare',
    permission: 'signed_in',
    audit: 'write',
    params: z.object({ id }),
    output: z.void(),
    failures: {},
  },
  rows: {
    method: 'GET',
    path: '/api/v1/rows.csv',
    summary: 'Rows as a file',
    permission: 'signed_in',
    audit: 'none',
    output: csv('name, amount'),
    failures: {},
  },
  live: {
    method: 'GET',
    path: '/api/v1/live',
    summary: 'Numbers as they come',
    permission: 'signed_in',
    audit: 'none',
    output: events({ number: z.object({ amount: micros }) }),
    failures: {},
  },
})

async function* names(): AsyncGenerator<readonly string[]> {
  yield ['name', 'amount']
  yield ['=HYPERLINK("http://evil.example")', '-5.25']
  yield ['+14165550142', '1']
  for (let at = 0; at < 5000; at++) yield [`row "${at}"`, String(at)]
}

/** What was done, and the ids that the door gave for repetitions of it. */
export type Paid = { count: number; readonly repeatIds: (string | undefined)[] }

/** The operations, bound; `paid` counts what was done. */
function boundTestOperations(paid: Paid): readonly BoundOperation[] {
  return bindOperations(testOperations, {
    hello: async ({ query }, { host }) => ok({ text: query.loud ? 'HELLO' : 'hello'.repeat(query.times ?? 1), host }),
    async pay({ params, body }, { note, repeatId, transaction }) {
      paid.count++
      paid.repeatIds.push(repeatId)
      await transaction((tx) => tx`select 1`)
      note({ subjectKind: 'thing', subjectId: params.id, after: { amount: body.amount } })
      if (body.reason === 'refuse') return fail('test.refused', 'not this one')
      return ok({ id: params.id, total: body.amount * 2n, at: body.at })
    },
    undeclared: async () => fail('test.surprise' as never, 'nobody knows this code'),
    rows: async () => ok({ fileName: 'rows of "Ann".csv', rows: names() }),
    live: async () =>
      ok({
        open(emit, end) {
          emit('number', { amount: 1n })
          emit('number', { amount: 2n })
          queueMicrotask(end)
          return () => {}
        },
      }),
  })
}

/** A door with the operations; `key-<name>` as an API key, and a session token of 43 times one letter, is a caller. */
export function testDoor(parts: { db: Db; clock: Clock; callers: ReadonlyMap<string, Caller> }): {
  door: Door
  operations: readonly BoundOperation[]
  paid: Paid
} {
  const { db, clock, callers } = parts
  const door = createDoor({
    socketPorts: { ws: 0, wss: 8443 },
    db,
    clock,
    log: silentLog,
    metrics: createMetrics(),
    hostNames: () => new Set(['nw.example']),
    authenticate: async ({ secret }) => callers.get(secret),
  })
  const paid: Paid = { count: 0, repeatIds: [] }
  const operations = boundTestOperations(paid)
  mountOperations(door, operations, { db, clock, log: silentLog })
  return { door, operations, paid }
}

/** For loopback, until 2126; worth nothing anywhere else. */
export const testCertificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgfEwtRnfnaGfQ6xKD
qV8BWYVNp6set/sMnQkv4AusXquhRANCAAThtfxxwDrryilLWaXu7cGmpCnV2T4p
7ejmI8oNZ97qOhk3fE8f9Ov6VVaKkrh1iHiyTC1PYOK0CdzPti4ycDyZ
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUG/qb2kRtoQZrZwS/dtlnddWBUQkwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDE0MjkwN1oYDzIxMjYxMDMx
MTQyOTA3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAThtfxxwDrryilLWaXu7cGmpCnV2T4p7ejmI8oNZ97qOhk3fE8f9Ov6
VVaKkrh1iHiyTC1PYOK0CdzPti4ycDyZo28wbTAdBgNVHQ4EFgQUwIvSp+qrW1GL
35Yh1/hDVBUaKGQwHwYDVR0jBBgwFoAUwIvSp+qrW1GL35Yh1/hDVBUaKGQwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIgDYf5fyJsRUcwU6lD+DOa4BBnYp9dxs71HPQERkSZXJECIQDS
NFQFZoutsU2heBZzw4Y7rra7QQvK1o1Zcmx+0D6/9Q==
-----END CERTIFICATE-----
`,
}
