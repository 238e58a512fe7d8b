/** Takes mails out of the outbox and hands them to the mail server, as a job. */

import type { Clock } from '../../base/index.ts'
import type { Db, Tx } from '../db/index.ts'
import { handling, type JobHandling } from '../jobs/index.ts'
import type { MailSender, OutgoingMail } from './mail-server.ts'
import { mailDelivery } from './send-mail.ts'

type MailRow = {
  readonly fromName: string
  readonly fromAddress: string
  readonly toName: string
  readonly toAddress: string
  readonly replyTo: string | null
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly createdAt: number
}

async function readQueued(tx: Tx, id: string): Promise<OutgoingMail | undefined> {
  const [row] = await tx<MailRow[]>`
    select from_name as "fromName", from_address as "fromAddress", to_name as "toName", to_address as "toAddress",
           reply_to as "replyTo", subject, text_body as text, html_body as html, created_at as "createdAt"
    from mail_message where id = ${id} and state = 'queued'`
  if (!row) return undefined
  return {
    id,
    from: { name: row.fromName, address: row.fromAddress },
    to: { name: row.toName, address: row.toAddress },
    replyTo: row.replyTo ?? undefined,
    subject: row.subject,
    text: row.text,
    html: row.html,
    createdAt: row.createdAt,
  }
}

async function eraseText(tx: Tx, id: string): Promise<void> {
  await tx`update mail_message set text_body = '', html_body = '' where id = ${id}`
}

/**
 * The handler of `mail.deliver`. A crash between the server's yes and our commit sends the mail twice,
 * with one Message-ID; what the server refuses for good is not tried again.
 */
export function deliverMail(surroundings: { db: Db; clock: Clock; sender: MailSender }): JobHandling {
  const { db, clock, sender } = surroundings
  return handling(mailDelivery, async ({ mailId, isSecret }, job) => {
    const mail = await db.asService((tx) => readQueued(tx, mailId))
    if (!mail) return
    const sent = await sender.send(mail)
    const isFinal = !sent.ok && sent.failure.code === 'mail.refused'
    await db.asService(async (tx) => {
      if (sent.ok) await tx`update mail_message set state = 'sent', sent_at = ${clock.now()} where id = ${mailId}`
      else {
        await tx`
          update mail_message set last_error = ${sent.failure.message}, state = ${isFinal ? 'failed' : 'queued'}
          where id = ${mailId}`
      }
      if (isSecret && (sent.ok || isFinal)) await eraseText(tx, mailId)
      if (sent.ok) await job.complete(tx)
    })
    return sent.ok ? undefined : { ok: false, failure: sent.failure, final: isFinal }
  })
}
