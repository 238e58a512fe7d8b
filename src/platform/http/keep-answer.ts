/**
 * `Idempotency-Key`: the answer of a write is kept in the write's own transaction, so that the same request sent
 * again gets it again, and of two sent at once the second waits for the first.
 */

import { createHash } from 'node:crypto'
import { fail, ok, type Result } from '../../base/index.ts'
import type { Tx } from '../db/index.ts'
import type { DoorFailure } from './problem.ts'

const KEPT_MS = 24 * 3_600_000
const KEY_MAX = 255

export type KeptKey = {
  readonly tenantId: string
  readonly subjectId: string
  readonly key: string
  readonly operation: string
  /** Hash of what was asked for, so that a reused key cannot answer something else. */
  readonly requestHash: Uint8Array
}

export type KeptAnswer = { readonly status: number; readonly body: string | null }

/** The header as a usable key; undefined when there is none. */
export function readKey(header: string | null): Result<string | undefined, DoorFailure> {
  if (header === null) return ok(undefined)
  if (/^[\x21-\x7e]{1,255}$/.test(header)) return ok(header)
  return fail('http.bad_input', `Idempotency-Key is not 1 to ${KEY_MAX} visible ASCII characters`)
}

/** Hash of a request's parsed input. */
export function hashOfRequest(path: string, input: unknown): Uint8Array {
  const text = JSON.stringify([path, input], (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
  return createHash('sha256').update(text).digest()
}

/** The id that this key gives to this request, for ever: a UUID of version 8 (RFC 9562 §5.8) of all that names it. */
export function idOfKey({ tenantId, subjectId, key, operation, requestHash }: KeptKey): string {
  const named = JSON.stringify([tenantId, subjectId, key, operation, Buffer.from(requestHash).toString('hex')])
  const hex = createHash('sha256').update(named).digest('hex')
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-')
}

/** Claims the key; the kept answer when it was used before. Waits for a transaction that is using it now. */
export async function claimKey(tx: Tx, at: number, key: KeptKey): Promise<Result<KeptAnswer | undefined, DoorFailure>> {
  const claimed = await tx`
    insert into idempotent_answer (tenant_id, subject_id, key, operation, request_hash, created_at, expires_at)
    values (${key.tenantId}, ${key.subjectId}, ${key.key}, ${key.operation}, ${key.requestHash}, ${at}, ${at + KEPT_MS})
    on conflict (tenant_id, subject_id, key) do update
      set operation = excluded.operation, request_hash = excluded.request_hash, status = null, body = null,
          created_at = excluded.created_at, expires_at = excluded.expires_at
      where idempotent_answer.expires_at <= excluded.created_at
    returning key`
  if (claimed.length > 0) return ok(undefined)
  const [kept] = await tx<{ operation: string; request_hash: Buffer; status: number | null; body: string | null }[]>`
    select operation, request_hash, status, body from idempotent_answer
    where tenant_id = ${key.tenantId} and subject_id = ${key.subjectId} and key = ${key.key}`
  const isSame = kept?.operation === key.operation && Buffer.compare(kept.request_hash, key.requestHash) === 0
  if (!isSame) return fail('http.idempotency_key_reused', 'this Idempotency-Key was used for another request')
  if (kept.status === null) {
    return fail('http.answer_not_kept', 'this was done already; its answer held a secret and was not kept')
  }
  return ok({ status: kept.status, body: kept.body })
}

/** Keeps the answer under a claimed key. */
export async function keepAnswer(tx: Tx, key: KeptKey, answer: KeptAnswer): Promise<void> {
  await tx`
    update idempotent_answer set status = ${answer.status}, body = ${answer.body}
    where tenant_id = ${key.tenantId} and subject_id = ${key.subjectId} and key = ${key.key}`
}

/** Removes kept answers whose day has passed; returns how many. */
export async function forgetAnswers(tx: Tx, at: number): Promise<number> {
  const gone = await tx`delete from idempotent_answer where expires_at <= ${at} returning key`
  return gone.length
}
