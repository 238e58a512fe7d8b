/** "Expiry notice 30/7/1 days ahead": each once for a card, until another one takes its place. */

import { cardText, paymentInfoPath, tellPayer } from '../notices.ts'
import { inHouse, type PaymentParts } from '../parts.ts'
import { daysBetween } from '../dunning/stage-of.ts'

const NOTICE_DAYS = [1, 7, 30] as const

type Expiring = {
  readonly id: string
  readonly tenantId: string
  readonly zone: string
  readonly brand: string
  readonly last4: string
  readonly expMonth: number
  readonly expYear: number
  readonly toldDays: number | null
}

/** The last day of a card, as an instant in a zone: cards end with their month. */
export function lastDayOf(expYear: number, expMonth: number): Temporal.PlainDate {
  const first = new Temporal.PlainDate(expYear, expMonth, 1)
  return first.with({ day: first.daysInMonth })
}

/** The notice that is due so many days before the end; undefined when none is. */
export function noticeDue(daysLeft: number, toldDays: number | null): number | undefined {
  const due = NOTICE_DAYS.find((days) => daysLeft <= days)
  return due === undefined || daysLeft < 0 || (toldDays !== null && toldDays <= due) ? undefined : due
}

/** Tells everybody whose card ends soon; gives how many were told. */
export async function tellExpiring(parts: PaymentParts): Promise<number> {
  const { clock } = parts
  const now = clock.now()
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO('UTC').toPlainDate()
  const horizon = today.add({ days: 32 })
  const months = horizon.year * 12 + horizon.month
  const cards = await inHouse(
    parts,
    (tx) => tx<Expiring[]>`
      select method.id, method.tenant_id as "tenantId", coalesce(customer.zone, 'UTC') as zone, brand, last4,
             exp_month as "expMonth", exp_year as "expYear", told_days as "toldDays"
      from payment_method as method left join customer on customer.tenant_id = method.tenant_id
      where method.status = 'active' and method.kind = 'card' and exp_year * 12 + exp_month <= ${months}
      order by method.id`,
  )
  let told = 0
  for (const card of cards) {
    const end = lastDayOf(card.expYear, card.expMonth)
    const daysLeft = daysBetween(now, end.toZonedDateTime(card.zone).epochMilliseconds, card.zone)
    const due = noticeDue(daysLeft, card.toldDays)
    if (due === undefined) continue
    await inHouse(parts, async (tx) => {
      const noted = await tx`
        update payment_method set told_days = ${due}
        where id = ${card.id} and status = 'active' and told_days is not distinct from ${card.toldDays} returning id`
      if (noted.length === 0) return
      told++
      const when = daysLeft === 0 ? 'today' : daysLeft === 1 ? 'tomorrow' : `in ${daysLeft} days`
      await tellPayer(
        parts,
        tx,
        card.tenantId,
        {
          subject: `Your card ends ${when}`,
          blocks: [
            {
              kind: 'paragraph',
              text: `the card ${cardText(card.brand, card.last4)} that pays your invoices ends on ${end.toString()}.`,
            },
            { kind: 'paragraph', text: 'Billing Information > Payment Info > Edit lets you enter the new one.' },
          ],
        },
        { label: 'Change the card', path: paymentInfoPath },
      )
    })
  }
  return told
}
