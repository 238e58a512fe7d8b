/** What a mail says, whatever program wrote it: who, about what, in answer to what, and whether a machine sent it. */

import { createHash } from 'node:crypto'
import { leavesOf, readMime, textOf } from './mime.ts'

export type ReadMessage = {
  /** Without brackets; a hash of the content where the mail has none. */
  readonly messageId: string
  /** Message-IDs that it answers, the nearest first. */
  readonly answers: readonly string[]
  readonly sender: string
  readonly senderName: string
  readonly subject: string
  /** What was written now: quotes of earlier mails are cut off. */
  readonly text: string
  readonly attachments: readonly { readonly name: string; readonly mediaType: string; readonly content: Buffer }[]
  /** Out-of-office replies, lists and the like (RFC 3834 §2). */
  readonly isAutomatic: boolean
  /** A report that a mail of ours could not be delivered (RFC 3464). */
  readonly isBounce: boolean
}

const TEXT_MAX = 50_000
const ATTACHMENTS_MAX = 20

/** Reads a raw mail; undefined when it does not say whom it is from. */
export function readMessage(raw: Buffer): ReadMessage | undefined {
  const mail = readMime(raw)
  const header = (name: string): string => mail.headers.get(name) ?? ''
  const from = header('from')
  const address = /<([^<>\s]+@[^<>\s]+)>/.exec(from)?.[1] ?? /[^\s<>"(),;:]+@[^\s<>"(),;:]+/.exec(from)?.[0] ?? ''
  const sender = address.toLowerCase().slice(0, 254)
  if (sender === '') return undefined
  const leaves = leavesOf(mail)
  const text = leaves.find((one) => one.type === 'text/plain' && !one.isAttachment)
  const page = leaves.find((one) => one.type === 'text/html' && !one.isAttachment)
  const words = text ? textOf(text) : page ? wordsOfHtml(textOf(page)) : ''
  const references = header('references').split(/\s+/).toReversed()
  const name = from
    .replace(/<[^<>]*>.*$/, '')
    .replaceAll('"', '')
    .trim()
  return {
    messageId: bare(header('message-id')) || createHash('sha256').update(raw).digest('hex'),
    answers: [...new Set([...references, header('in-reply-to')].map(bare).filter(Boolean))].slice(0, 100),
    sender,
    senderName: (name || sender).slice(0, 200),
    subject: plainLine(header('subject')) || 'No subject',
    text: withoutQuotes(plain(words)).slice(0, TEXT_MAX),
    attachments: leaves
      .filter((one) => one !== text && one !== page && (one.isAttachment || !one.type.startsWith('text/')))
      .slice(0, ATTACHMENTS_MAX)
      .map((one) => ({ name: one.fileName || 'attachment', mediaType: one.type, content: one.content })),
    isAutomatic: isAutomatic(header),
    isBounce: isBounce(header, sender),
  }
}

const bare = (id: string): string => id.trim().replace(/^<|>$/g, '').slice(0, 300)
/** PostgreSQL stores no NUL; nothing invisible is shown. */
const plain = (text: string): string => text.replaceAll('\0', '').replaceAll('\r\n', '\n')
const plainLine = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)

function isAutomatic(header: (name: string) => string): boolean {
  const submitted = header('auto-submitted').toLowerCase()
  if (submitted !== '' && submitted !== 'no') return true
  if (/bulk|list|junk|auto_reply/i.test(header('precedence'))) return true
  return ['x-autoreply', 'x-autorespond', 'x-auto-response-suppress', 'list-id'].some((name) => header(name) !== '')
}

function isBounce(header: (name: string) => string, sender: string): boolean {
  if (/report-type="?delivery-status/i.test(header('content-type'))) return true
  return /^(mailer-daemon|postmaster)@/.test(sender) || header('x-failed-recipients') !== ''
}

/** Only the words of a page: no script, no picture, no style. */
function wordsOfHtml(markup: string): string {
  return markup
    .slice(0, 500_000)
    .replaceAll(/<(script|style|head|title)\b[\s\S]*?<\/\1\s*>/gi, ' ')
    .replaceAll(/<(br|\/p|\/div|\/tr|\/li)\b[^>]*>/gi, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&nbsp;/gi, ' ')
    .replaceAll(/&lt;/gi, '<')
    .replaceAll(/&gt;/gi, '>')
    .replaceAll(/&amp;/gi, '&')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}

/** Where the quote of an earlier mail begins, in the words of several programs and three languages. */
const quoteStart = [
  /^On .{5,200} wrote:\s*$/,
  /^Le .{5,200} a écrit\s?:\s*$/,
  /^El .{5,200} escribió:\s*$/,
  /^-{2,}\s*(Original Message|Message d'origine|Mensaje original)\s*-{2,}$/i,
  /^_{20,}$/,
]

/** What was written above the quote; all of it when nothing stands there. */
function withoutQuotes(text: string): string {
  const lines = text.split('\n')
  const end = lines.findIndex((line) => quoteStart.some((pattern) => pattern.test(line.trim())))
  const own = (end < 0 ? lines : lines.slice(0, end)).filter((line) => !line.startsWith('>'))
  const words = own
    .join('\n')
    .replace(/\n-- \n[\s\S]*$/, '')
    .trim()
  return words === '' ? text.trim() : words
}
