/** What support needs of the office: the brand's words, and its mails. */

import { epochMsToLocal, formatNumber, type Clock } from '../../base/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { enqueue } from '../../platform/jobs/index.ts'
import { composeMail, sendMail } from '../../platform/mail/index.ts'
import { chargeOnce, postingJob } from '../../company/billing/index.ts'
import type { BrandWords, Page, SupportParts } from '../../company/support/index.ts'
import { senderOf, type Brand, type Brands } from './brands.ts'

/** What stands for a brand in articles. */
export function wordsOfBrand({ name, phone, supportEmail, host }: Brand): BrandWords {
  return { brand: name, phone: formatNumber(phone), support: supportEmail, portal: host }
}

/** Wires support. */
export function supportParts({ db, clock, brands }: { db: Db; clock: Clock; brands: Brands }): SupportParts {
  return {
    db,
    clock,
    // "line on the next invoice through billing's interface".
    async chargeFee(tx, { id, tenantId, amountMicros, description, ticketId, at, by }) {
      const source = { kind: 'ticket', id: ticketId }
      const charge = { id, customerId: tenantId, amountMicros, description, source, occurredAt: at, createdBy: by }
      const charged = await chargeOnce(tx, clock, { ...charge, taxCode: 'service' })
      if (charged === undefined) return false
      await enqueue(tx, clock, postingJob, { tenantId, payload: {}, uniqueKey: 'post' })
      return true
    },
    wordsOf: (tenantPath) => wordsOfBrand(brands.forPath(tenantPath)),
    async tellMended({ tenantId, email, title, slug }) {
      const brand = brands.forPath(brands.pathOf(tenantId) ?? '')
      const subject = 'An article was mended'
      const text = `What you missed in “${title}” was added. You find the article in our help centre: ${slug}.`
      const content = composeMail({ brand, subject, language: 'en', blocks: [{ kind: 'paragraph', text }] })
      await db.asService((tx) =>
        sendMail(tx, clock, {
          ...content,
          tenantId,
          from: { name: brand.name, address: senderOf(brand) },
          to: { name: '', address: email },
        }),
      )
    },
  }
}

/** Sends a page as a mail of the desk's brand: who called, when, and the ticket that belongs to it. */
export function pageByMail({ clock, brands }: { clock: Clock; brands: Brands }) {
  return async (tx: Tx, { tenantId, to, callerNumber, callerName, heardAt, ticket }: Page): Promise<void> => {
    const brand = brands.forPath(brands.pathOf(tenantId) ?? '')
    const subject = `EMERGENCY: ${callerName || formatNumber(callerNumber) || 'unknown caller'}`
    const rows: (readonly [string, string])[] = [
      ['Caller', [callerName, formatNumber(callerNumber)].filter(Boolean).join(', ')],
      ['Time', `${epochMsToLocal(heardAt, 'UTC')} UTC`],
      ['Message', 'Listen to it in the mailbox of the after-hours line; there is no transcript.'],
      ['Ticket', ticket ? `#${ticket.number} ${ticket.subject} (${ticket.company})` : 'none matches yet'],
    ]
    const text = 'Acknowledge it under Support, or the next person is paged.'
    const content = composeMail({
      brand,
      subject,
      language: 'en',
      blocks: [
        { kind: 'facts', rows },
        { kind: 'paragraph', text },
      ],
    })
    await sendMail(tx, clock, { ...content, tenantId, from: { name: brand.name, address: senderOf(brand) }, to })
  }
}
