/**
 * The proof of a month: signalling = rated calls = ledger = invoices. Every record that breaks an equality is named,
 * and only it: what follows from a record that is named already is not named again.
 */

import type { Db, Tx } from '../../../platform/db/index.ts'
import type { SignalledCall } from '../../ledger/index.ts'
import type { TaxProvider } from '../tax/provider.ts'
import { equalities, type Equality, type Finding } from './finding.ts'
import { missingCalls, proveCalls, type Evidence } from './prove-calls.ts'
import { proveBalances, proveEntries } from './prove-entries.ts'
import { proveInvoices } from './prove-invoices.ts'
import { boundsOf, callsOfMonth, monthsAround, type MonthBounds } from './read-month.ts'

export type ProofParts = {
  readonly db: Db
  /** Of the provider. */
  readonly tenantPath: string
  readonly taxes: readonly TaxProvider[]
  /** What signalling kept of the calls of some months. */
  readonly evidence: (months: readonly string[]) => AsyncIterable<SignalledCall>
}

export type Proof = {
  readonly month: string
  readonly isGreen: boolean
  /** Signalling is `unknown` where it kept nothing of the month, as before it began to. */
  readonly equalities: Readonly<Record<Equality, 'green' | 'red' | 'unknown'>>
  readonly calls: number
  readonly chargeMicros: string
  readonly invoices: number
  readonly findings: readonly Finding[]
}

const PORTION = 50

/** Looks at every record of a month. */
export async function proveMonth(parts: ProofParts, month: string): Promise<Proof> {
  const { db, tenantPath } = parts
  const transaction = <T>(act: (tx: Tx) => Promise<T>): Promise<T> => db.as({ tenantPath }, act)
  const bounds = boundsOf(month)
  const evidence = await readAll(parts.evidence(monthsAround(month)))
  const isKept = [...evidence.values()].some(([call]) => call?.occurredAt.startsWith(month))
  const seen = new Set<string>()
  const findings: Finding[] = []
  let chargeMicros = 0n
  for await (const calls of callsOfMonth(transaction, bounds)) {
    for (const call of calls) {
      seen.add(call.id)
      chargeMicros += call.chargeMicros
    }
    findings.push(...(await transaction((tx) => proveCalls(tx, calls, isKept ? evidence : undefined))))
  }
  if (isKept) {
    const isOfMonth = await transaction((tx) => ofMonth(tx, bounds))
    findings.push(...missingCalls(evidence, seen, isOfMonth))
  }
  const named = new Set(findings.map(({ id }) => id.split('/')[0]!))
  const owners = new Set(findings.flatMap(({ tenantId }) => tenantId ?? []))
  const excused = await transaction((tx) => withSellers(tx, owners))
  const ids = await transaction((tx) => invoicesOf(tx, bounds))
  for (let at = 0; at < ids.length; at += PORTION) {
    const portion = ids.slice(at, at + PORTION)
    const faults = await transaction((tx) => proveInvoices(tx, portion, { taxes: parts.taxes, excused }))
    for (const { invoiceId, finding } of faults) {
      findings.push(finding)
      named.add(invoiceId)
    }
  }
  findings.push(...once(await transaction((tx) => proveEntries(tx, bounds, named))))
  const faulty = new Set(findings.flatMap(({ tenantId }) => tenantId ?? []))
  findings.push(...(await transaction((tx) => proveBalances(tx, faulty))))
  const state = (equality: Equality): 'green' | 'red' | 'unknown' =>
    findings.some((one) => one.equality === equality)
      ? 'red'
      : equality === 'signalling' && !isKept
        ? 'unknown'
        : 'green'
  const states = Object.fromEntries(equalities.map((one) => [one, state(one)])) as Proof['equalities']
  const counts = { calls: seen.size, chargeMicros: String(chargeMicros), invoices: ids.length }
  return { month, isGreen: findings.length === 0, equalities: states, ...counts, findings }
}

async function readAll(lines: AsyncIterable<SignalledCall>): Promise<Evidence> {
  const all = new Map<string, SignalledCall[]>()
  for await (const line of lines) {
    const known = all.get(line.cdrId)
    if (known) known.push(line)
    else all.set(line.cdrId, [line])
  }
  return all
}

/** Whether a call is of the month in its customer's zone. */
async function ofMonth(tx: Tx, { from, to }: MonthBounds): Promise<(call: SignalledCall) => boolean> {
  const rows = await tx<{ tenantId: string; zone: string }[]>`select tenant_id as "tenantId", zone from customer`
  const zones = new Map(rows.map((row) => [row.tenantId, row.zone]))
  return ({ tenantId, occurredAt }) => {
    const day = Temporal.Instant.from(occurredAt)
      .toZonedDateTimeISO(zones.get(tenantId) ?? 'UTC')
      .toPlainDate()
      .toString()
    return day >= from && day < to
  }
}

/** A call that is not there is named once, however many equalities miss it. */
function once(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((one) => [`${one.record} ${one.id}`, one])).values()]
}

async function invoicesOf(tx: Tx, { from, to }: MonthBounds): Promise<readonly string[]> {
  const rows = await tx<{ id: string }[]>`
    select id from invoice
    where status not in ('draft', 'void') and period_to > ${from}::text::date and period_to <= ${to}::text::date
    order by number`
  return rows.map(({ id }) => id)
}

/** Tenants and those who pay for their calls above them. */
async function withSellers(tx: Tx, tenantIds: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const rows = await tx<{ id: string }[]>`
    select above.id from tenant join tenant as above on starts_with(tenant.path, above.path)
    where tenant.id = any(${[...tenantIds]}::uuid[])`
  return new Set([...tenantIds, ...rows.map(({ id }) => id)])
}
