/** Where mail goes: a server written as a URL, and one SMTP conversation per message (RFC 5321). */

import nodemailer from 'nodemailer'
import { ok, type Result } from '../../base/index.ts'
import type { Mailbox } from './address.ts'
import { badMailUrl, refusedByServer, unavailable, type DeliveryFailure, type MailFailure } from './errors.ts'
import { mailDate } from './mail-date.ts'

export type MailServer = {
  readonly host: string
  readonly port: number
  /** TLS from the first byte; without it STARTTLS is used when the server offers it. */
  readonly secure: boolean
  readonly user: string | undefined
  readonly password: string | undefined
}

const TIMEOUT_MS = 20_000

/** Reads `smtp://host:port` or `smtps://user:password@host:port`; ports 587 and 465 when none is named. */
export function parseMailUrl(text: string): Result<MailServer, MailFailure> {
  const url = URL.parse(text)
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || !url.hostname || !['', '/'].includes(url.pathname)) {
    return badMailUrl()
  }
  const secure = url.protocol === 'smtps:'
  const user = decoded(url.username)
  const password = decoded(url.password)
  if (user === undefined || password === undefined) return badMailUrl()
  return ok({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port ? Number(url.port) : secure ? 465 : 587,
    secure,
    user: user || undefined,
    password: password || undefined,
  })
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

export type OutgoingMail = {
  /** Also the Message-ID, so that a mail sent twice after a crash is recognised as one. */
  readonly id: string
  readonly from: Mailbox
  readonly to: Mailbox
  readonly replyTo: string | undefined
  readonly subject: string
  readonly text: string
  readonly html: string
  /** When it was written, epoch milliseconds. */
  readonly createdAt: number
}

export type MailSender = {
  send(mail: OutgoingMail): Promise<Result<true, DeliveryFailure>>
  close(): void
}

/** Opens a sender that keeps a few connections to a server. */
export function openMailServer(server: MailServer): MailSender {
  const transport = nodemailer.createTransport({
    pool: true,
    maxConnections: 3,
    host: server.host,
    port: server.port,
    secure: server.secure,
    ...(server.user === undefined ? {} : { auth: { user: server.user, pass: server.password ?? '' } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send(mail) {
      try {
        await transport.sendMail(messageOfMail(mail))
        return ok(true)
      } catch (thrown) {
        return failureOf(thrown)
      }
    },
    close: () => transport.close(),
  }
}

function messageOfMail(mail: OutgoingMail) {
  const domain = mail.from.address.split('@')[1]!
  return {
    from: mail.from,
    to: mail.to,
    ...(mail.replyTo === undefined ? {} : { replyTo: mail.replyTo }),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: `<${mail.id}@${domain}>`,
    date: mailDate(mail.createdAt),
    // The same mail has the same bytes, whenever and however often it is sent.
    baseBoundary: mail.id,
    // Nobody wants the out-of-office reply to an invoice (RFC 3834 §5).
    headers: { 'Auto-Submitted': 'auto-generated' },
  }
}

/**
 * A 5xx answer to the recipient or the message is final (RFC 5321 §4.2.1). Everything else may work later:
 * 4xx, a broken line, and a server that does not want us at all, which an operator will notice and mend.
 */
function failureOf(thrown: unknown): { ok: false; failure: DeliveryFailure } {
  const { responseCode, code } = thrown as { responseCode?: number; code?: string }
  const isAboutMessage = code === 'EENVELOPE' || code === 'EMESSAGE'
  if (isAboutMessage && responseCode !== undefined && responseCode >= 500) return refusedByServer(responseCode)
  return unavailable(responseCode === undefined ? (code ?? 'no answer') : `it answered ${responseCode}`)
}
