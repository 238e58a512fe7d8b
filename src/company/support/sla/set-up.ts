/** The calendars and policies that a provider begins with; edited as rows afterwards. */

import { newId, type Clock } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { Window } from './calendar.ts'
import { ontarioHolidays } from './holidays.ts'
import { firstTargets } from './policy.ts'

export type SupportSetUp = {
  readonly tenantId: string
  readonly zone: string
  readonly currency: string
  /** The line of the house, dialled after hours; '' where there is none. */
  readonly emergencyNumber: string
}

/** "after hours support rate of $125 per hour". */
const FEE_MICROS = 125_000_000n

/**
 * Writes two calendars and two policies, unless there are some: customers "Monday to Friday 9am to 6pm EST", partners
 * "Monday - Friday from 9AM EST to 7PM EST"; "EST" names the zone, never a fixed offset.
 */
export async function setUpSupport(tx: Tx, clock: Clock, setUp: SupportSetUp): Promise<void> {
  const { tenantId } = setUp
  // Two processes that begin together write it once.
  await tx`select pg_advisory_xact_lock(hashtext('support_policy'))`
  const [there] = await tx`select 1 from support_policy where tenant_id = ${tenantId} limit 1`
  if (there) return
  for (const [audience, closing] of [
    ['customer', 18],
    ['partner', 19],
  ] as const) {
    const calendarId = await addCalendar(tx, clock, setUp, {
      name: audience === 'customer' ? 'Customer support' : 'Partner support',
      window: [9 * 60, closing * 60],
    })
    const pageOn = audience === 'partner' ? 'voicemail' : 'critical_ticket'
    await tx`
      insert into support_policy
        (id, tenant_id, audience, calendar_id, targets, pauses_in, page_on, fee_micros, currency, emergency_number)
      values
        (${newId(clock)}, ${tenantId}, ${audience}, ${calendarId},
         ${JSON.stringify(firstTargets[audience])}::text::jsonb, ${['waiting_customer']}::text[],
         ${pageOn}, ${FEE_MICROS}, ${setUp.currency}, ${setUp.emergencyNumber})`
  }
}

async function addCalendar(
  tx: Tx,
  clock: Clock,
  { tenantId, zone }: SupportSetUp,
  { name, window }: { readonly name: string; readonly window: Window },
): Promise<string> {
  const id = newId(clock)
  const hours = Array.from({ length: 7 }, (_, day) => (day < 5 ? [window] : []))
  const years = [...new Set(ontarioHolidays.map(([day]) => Number(day.slice(0, 4))))]
  await tx`
    insert into support_calendar (id, tenant_id, name, zone, hours, years, created_at)
    values (${id}, ${tenantId}, ${name}, ${zone}, ${JSON.stringify(hours)}::text::jsonb, ${years}::int[],
            ${clock.now()})`
  await tx`
    insert into support_calendar_day (tenant_id, calendar_id, day, name, windows)
    select ${tenantId}, ${id}, day::date, name, '[]' from unnest(
      ${ontarioHolidays.map(([day]) => day)}::text[], ${ontarioHolidays.map(([, label]) => label)}::text[]
    ) as holiday (day, name)`
  return id
}
