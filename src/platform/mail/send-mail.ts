/** Writes a mail into the caller's transaction; it is sent if and only if that transaction commits. */

import { newId, ok, type Clock, type Result } from '../../base/index.ts'
import type { Tx } from '../db/index.ts'
import { enqueue, jobKind } from '../jobs/index.ts'
import { checkMailbox, headerText, SUBJECT_MAX, type Mailbox } from './address.ts'
import { mailTooLarge, type MailFailure } from './errors.ts'

export type NewMail = {
  readonly tenantId: string
  readonly from: Mailbox
  readonly to: Mailbox
  /** A bare address. */
  readonly replyTo?: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Holds a link or code that lets its reader in: the text is erased once it is sent. */
  readonly isSecret?: boolean
}

const BYTES_MAX = 1024 * 1024

/** Tries for about a day and a half: 30 s, 1 min, 2 min ... 1 h, 1 h. */
export const mailDelivery = jobKind<{ mailId: string; isSecret: boolean }>('mail.deliver', {
  attempts: 42,
  firstRetryMs: 30_000,
  timeLimitMs: 120_000,
})

/** Puts a mail into the outbox and returns its id; fails with `mail.bad_address` or `mail.too_large`. */
export async function sendMail(tx: Tx, clock: Clock, mail: NewMail): Promise<Result<string, MailFailure>> {
  const from = checkMailbox(mail.from, 'sender')
  if (!from.ok) return from
  const to = checkMailbox(mail.to, 'recipient')
  if (!to.ok) return to
  const replyTo = mail.replyTo === undefined ? undefined : checkMailbox({ name: '', address: mail.replyTo }, 'reply')
  if (replyTo && !replyTo.ok) return replyTo
  const bytes = Buffer.byteLength(mail.text) + Buffer.byteLength(mail.html)
  if (bytes > BYTES_MAX) return mailTooLarge(bytes, BYTES_MAX)
  const id = newId(clock)
  await tx`
    insert into mail_message
      (id, tenant_id, from_name, from_address, to_name, to_address, reply_to, subject, text_body, html_body,
       state, created_at)
    values
      (${id}, ${mail.tenantId}, ${from.value.name}, ${from.value.address}, ${to.value.name}, ${to.value.address},
       ${replyTo?.value.address ?? null}, ${headerText(mail.subject, SUBJECT_MAX)}, ${mail.text}, ${mail.html},
       'queued', ${clock.now()})`
  const payload = { mailId: id, isSecret: mail.isSecret ?? false }
  await enqueue(tx, clock, mailDelivery, { tenantId: mail.tenantId, payload })
  return ok(id)
}
