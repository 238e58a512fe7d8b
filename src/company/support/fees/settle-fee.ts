/**
 * Logs work, and keeps what is billed for a ticket equal to its fee: a change of fault charges or takes back the rest.
 */

import { newId, ok, type Clock, type Micros, type Result } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { badWork, type WorkFailure } from '../errors.ts'
import { between } from '../sla/calendar.ts'
import { deskOf } from '../sla/desk.ts'
import { addEntry } from '../tickets/add-entry.ts'
import type { Author } from '../tickets/reply.ts'
import type { TicketRow } from '../tickets/standing.ts'
import { afterHoursFee, type Fault } from './after-hours-fee.ts'

/** Puts a fee or a credit on the bill of a tenant, in the caller's transaction; whether he has an account. */
export type FeePort = (tx: Tx, fee: NewFee) => Promise<boolean>

export type NewFee = {
  /** Charged once. */
  readonly id: string
  readonly tenantId: string
  /** Negative is a credit. */
  readonly amountMicros: Micros
  readonly description: string
  readonly ticketId: string
  readonly at: number
  readonly by: string | undefined
}

export type Work = { readonly startedAt: number; readonly stoppedAt: number; readonly note: string }

const LONGEST_MS = 24 * 3_600_000

/** Notes work on a ticket with the part of it that lay outside the desk's hours. */
export async function logWork(
  tx: Tx,
  clock: Clock,
  ticket: TicketRow,
  author: Author,
  { startedAt, stoppedAt, note }: Work,
): Promise<Result<void, WorkFailure>> {
  if (stoppedAt <= startedAt || stoppedAt - startedAt > LONGEST_MS || stoppedAt > clock.now()) return badWork
  const policy = (await deskOf(tx, ticket.tenantId))?.policy
  const open = policy && between(policy.calendar, startedAt, stoppedAt)
  const inHours = open?.ok ? open.value : 0
  const afterHours = Math.round((stoppedAt - startedAt - inHours) / 1000)
  await tx`
    insert into work_log
      (id, tenant_id, ticket_id, technician_id, technician_name, started_at, stopped_at, after_hours_seconds, note)
    values (${newId(clock)}, ${ticket.tenantId}, ${ticket.id}, ${author.id ?? null}, ${author.name}, ${startedAt},
            ${stoppedAt}, ${afterHours}, ${note})`
  return ok(undefined)
}

/** Brings the bill to what the ticket costs now; returns what it costs. */
export async function settleFee(
  tx: Tx,
  clock: Clock,
  charge: FeePort,
  { ticket, author }: { readonly ticket: TicketRow; readonly author: Author },
): Promise<Micros> {
  const [row] = await tx<
    { fault: Fault | null; seconds: number; billed: bigint; hour: bigint | null; currency: string }[]
  >`
    select fault,
           (select coalesce(sum(after_hours_seconds), 0)::int from work_log where ticket_id = ticket.id) as seconds,
           (select coalesce(sum(amount_micros), 0)::bigint from support_charge where ticket_id = ticket.id) as billed,
           policy.fee_micros as hour, coalesce(policy.currency, 'USD') as currency
    from ticket left join lateral dialhouse_support_desk(ticket.tenant_id) as desk on true
    left join support_policy policy on policy.id = desk.policy_id
    where ticket.id = ${ticket.id}`
  const { fault, seconds, billed, hour, currency } = row!
  const fee = afterHoursFee(seconds, fault, hour ?? 0n)
  const rest = fee - billed
  if (rest === 0n) return fee
  const id = newId(clock)
  const description = `After-hours support, ticket ${ticket.number}${rest < 0n ? ', taken back' : ''}`
  const isCharged = await charge(tx, {
    id,
    tenantId: ticket.tenantId,
    amountMicros: rest,
    description,
    ticketId: ticket.id,
    at: clock.now(),
    by: author.id,
  })
  if (!isCharged) return billed
  await tx`
    insert into support_charge (id, tenant_id, ticket_id, amount_micros, currency, reason, charged_by, charged_at)
    values (${id}, ${ticket.tenantId}, ${ticket.id}, ${rest}, ${currency}, ${`fault: ${fault ?? 'unknown'}`},
            ${author.id ?? null}, ${clock.now()})`
  await addEntry(
    tx,
    clock,
    { ticketId: ticket.id, tenantId: ticket.tenantId },
    {
      kind: 'system',
      authorTenantId: author.tenantId,
      authorId: author.id,
      authorName: author.name,
      byStaff: true,
      body: `${description}: ${rest < 0n ? '-' : ''}${currency} ${(rest < 0n ? -rest : rest) / 1_000_000n}.00`,
    },
  )
  return fee
}
