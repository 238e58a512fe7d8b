/**
 * The seal of the audit trail: every second the new entries are chained by hashes, off the path of those who write
 * them, so that a row that is changed, put in or taken out later is found. The chain is in the order of sealing.
 */

import { createHash } from 'node:crypto'
import type { Clock, Log } from '../../base/index.ts'
import type { Db, Tx } from '../db/index.ts'

type Entry = {
  readonly id: string
  readonly sequence: bigint
  /** Everything else that the hash covers, as PostgreSQL writes it. */
  readonly content: string
  readonly previousHash: string | null
  readonly hash: string | null
}

type Chain = { readonly tenantId: string; readonly head: string; readonly sealed: bigint }

const BATCH = 1000
const PERIOD_MS = 1000
const FIRST = '00'.repeat(32)

export type AuditSealer = { close(): Promise<void> }

/** Seals what is new every second, for as long as the process lives. */
export function startAuditSealer({ db, clock, log }: { db: Db; clock: Clock; log: Log }): AuditSealer {
  let sealing: Promise<void> | undefined
  const seal = async (): Promise<void> => {
    try {
      while ((await db.asService(sealAudit)) === BATCH);
    } catch (error) {
      log.error('the audit trail could not be sealed; trying again', { error })
    } finally {
      sealing = undefined
    }
  }
  const timer = clock.every(PERIOD_MS, () => void (sealing ??= seal()))
  return {
    async close() {
      timer.stop()
      await sealing
    },
  }
}

/** Seals up to 1,000 entries and returns how many; 0 when there is nothing new. One sealer at a time gets in. */
export async function sealAudit(tx: Tx): Promise<number> {
  const [waiting] = await tx`select from audit_entry where hash is null limit 1`
  if (!waiting) return 0
  await tx`
    insert into audit_chain (tenant_id, head, sealed)
    select id, decode(${FIRST}, 'hex'), 0 from tenant where kind = 'provider' order by path limit 1
    on conflict do nothing`
  const [chain] = await tx<Chain[]>`
    select tenant_id as "tenantId", encode(head, 'hex') as head, sealed from audit_chain for update`
  if (!chain) return 0
  const entries = await tx<Entry[]>`
    select ${entryColumns(tx)} from audit_entry where hash is null order by sequence limit ${BATCH}`
  let { head } = chain
  const links = entries.map((entry) => {
    const previous = head
    head = hashOf(previous, entry)
    return { id: entry.id, previous, hash: head }
  })
  await tx`
    update audit_entry set previous_hash = decode(link.previous, 'hex'), hash = decode(link.hash, 'hex')
    from unnest(${links.map(({ id }) => id)}::uuid[], ${links.map(({ previous }) => previous)}::text[],
                ${links.map(({ hash }) => hash)}::text[]) as link (id, previous, hash)
    where audit_entry.id = link.id`
  await tx`update audit_chain set head = decode(${head}, 'hex'), sealed = ${chain.sealed + BigInt(links.length)}`
  return links.length
}

export type AuditVerdict = {
  /** Entries that the chain covers. */
  readonly sealed: number
  /** Too new to be sealed. */
  readonly unsealed: number
  /** What is wrong, with the entry where it shows; undefined when nothing was touched. */
  readonly fault: { readonly entryId: string | undefined; readonly reason: string } | undefined
}

/** Reads the whole trail and follows its chain. In one transaction that sees every tenant. */
export async function verifyAudit(tx: Tx): Promise<AuditVerdict> {
  // Sealed in another order than written: links wait here for the one before them.
  const ahead = new Map<string, { hash: string; id: string }>()
  let expected = FIRST
  let sealed = 0
  let unsealed = 0
  for (
    let after = -1n, entries = await readAfter(tx, after);
    entries.length > 0;
    entries = await readAfter(tx, after)
  ) {
    for (const entry of entries) {
      after = entry.sequence
      const { id, hash, previousHash } = entry
      if (hash === null || previousHash === null) {
        unsealed++
        continue
      }
      if (hashOf(previousHash, entry) !== hash)
        return { sealed, unsealed, fault: { entryId: id, reason: 'was changed' } }
      ahead.set(previousHash, { hash, id })
      for (let next = ahead.get(expected); next; next = ahead.get(expected)) {
        ahead.delete(expected)
        expected = next.hash
        sealed++
      }
    }
  }
  const [loose] = ahead.values()
  if (loose) return { sealed, unsealed, fault: { entryId: loose.id, reason: 'the entry before it is missing' } }
  const [chain] = await tx<Chain[]>`select encode(head, 'hex') as head, sealed from audit_chain`
  const isWhole = expected === (chain?.head ?? FIRST) && BigInt(sealed) === (chain?.sealed ?? 0n)
  const fault = isWhole ? undefined : { entryId: undefined, reason: 'the last entries are missing' }
  return { sealed, unsealed, fault }
}

function readAfter(tx: Tx, sequence: bigint): Promise<Entry[]> {
  return tx<Entry[]>`
    select ${entryColumns(tx)} from audit_entry where sequence > ${sequence} order by sequence limit ${BATCH}`
}

function entryColumns(tx: Tx) {
  return tx`
    id, sequence, encode(previous_hash, 'hex') as "previousHash", encode(hash, 'hex') as hash,
    jsonb_build_array(tenant_id, extract(epoch from recorded_at), actor_id, actor_role, on_behalf_of, source_address,
                      action, subject_kind, subject_id, before, after, reason)::text as content`
}

function hashOf(previous: string, { id, sequence, content }: Entry): string {
  return createHash('sha256').update(`${previous}\n${id}\n${sequence}\n${content}`).digest('hex')
}
