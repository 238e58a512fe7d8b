/** Mail of the support desk: what comes to a brand's support address, and what the desk says by mail. */

import type { Clock, Endpoint, Log } from '../../base/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { composeMail, sendMail, type MailBlock } from '../../platform/mail/index.ts'
import {
  receiveSmtp,
  rememberSent,
  takeMail,
  type Received,
  type SmtpReceiver,
  type Told,
} from '../../company/support/index.ts'
import type { Brand, Brands } from './brands.ts'

export type SupportMailParts = {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly brands: Brands
}

/** Receives mail for the support addresses of all brands; a port that is taken is told of, and stops nothing else. */
export async function openSupportMail(
  parts: SupportMailParts & { readonly listen: Endpoint | undefined },
): Promise<SmtpReceiver | undefined> {
  const { log, listen, brands } = parts
  if (listen === undefined) return undefined
  const brandOf = (address: string): Brand | undefined => {
    const wanted = address.toLowerCase()
    return brands.all().find(({ supportEmail }) => supportEmail.toLowerCase() === wanted)
  }
  const opened = await receiveSmtp({
    listen,
    log,
    isOurs: (address) => brandOf(address) !== undefined,
    async take(mail) {
      const brand = brandOf(mail.mailbox)
      if (brand) await takeOne(parts, brand, mail)
    },
  })
  if (opened.ok) return opened.value
  log.error('mail to support is not received', { reason: opened.failure.message })
  return undefined
}

async function takeOne({ db, clock }: SupportMailParts, brand: Brand, mail: Received): Promise<void> {
  await db.asService(async (tx) => {
    const taken = await takeMail(tx, clock, { ...mail, desk: brand })
    const sender = mail.message?.sender
    if (!taken?.isAnswered || taken.ticketId === undefined || sender === undefined) return
    const [row] = await tx<{ number: bigint; subject: string; ask: string | null }[]>`
      select number, subject,
             (select body from ticket_entry where ticket_id = ticket.id and kind = 'public' and author_name = ''
              order by created_at, id limit 1) as ask
      from ticket where id = ${taken.ticketId}`
    const { number, subject, ask } = row!
    await sendAs(tx, clock, {
      brand,
      tenantId: brand.tenantId,
      ticketId: taken.ticketId,
      subject: `[#${number}] ${subject}`,
      to: { name: mail.message!.senderName, address: sender },
      blocks: [
        { kind: 'paragraph', text: `Your message has arrived as ticket ${number}.` },
        ...(ask === null ? [] : [{ kind: 'paragraph', text: ask } as const]),
      ],
    })
  })
}

type Sending = {
  readonly brand: Brand
  readonly tenantId: string
  readonly ticketId: string
  readonly subject: string
  readonly to: { readonly name: string; readonly address: string }
  readonly blocks: readonly MailBlock[]
}

/** Sends from the address that is answered to, and remembers the mail, so that its answer finds the ticket. */
async function sendAs(
  tx: Tx,
  clock: Clock,
  { brand, tenantId, ticketId, subject, to, blocks }: Sending,
): Promise<void> {
  const content = composeMail({ brand, subject, language: 'en', blocks })
  const mailbox = brand.supportEmail
  const sent = await sendMail(tx, clock, { ...content, tenantId, from: { name: brand.name, address: mailbox }, to })
  if (!sent.ok) return
  await rememberSent(tx, clock, { tenantId, mailbox, mailId: sent.value, recipient: to.address, subject, ticketId })
}

/** What the desk says, as a mail in the brand's name. */
export function toldByMail({ clock, brands }: Pick<SupportMailParts, 'clock' | 'brands'>) {
  return async (tx: Tx, { tenantId, tenantPath, number, subject, body, to }: Told) => {
    const brand = brands.forPath(tenantPath)
    const mailbox = brand.supportEmail
    if (mailbox === '') return undefined
    const content = composeMail({
      brand,
      subject: `[#${number}] ${subject}`,
      language: 'en',
      blocks: [{ kind: 'paragraph', text: body }],
    })
    const sent = await sendMail(tx, clock, { ...content, tenantId, from: { name: brand.name, address: mailbox }, to })
    return sent.ok ? { mailId: sent.value, mailbox } : undefined
  }
}
