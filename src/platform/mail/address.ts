/** Mail addresses and header texts from outside, made harmless before they come near a header. */

import { ok, type Result } from '../../base/index.ts'
import { badAddress, type MailFailure } from './errors.ts'

/** Who a mail is from or for. */
export type Mailbox = { readonly name: string; readonly address: string }

const ADDRESS_MAX = 254
const NAME_MAX = 100
export const SUBJECT_MAX = 200

// One dot-atom and one ASCII domain (RFC 5321 §4.1.2 without quoted strings and address literals): nothing
// in it can end a header line, open a comment or add a recipient.
const addressPattern = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/

/** Whether a text is exactly one mail address. */
export function isMailAddress(text: string): boolean {
  return text.length <= ADDRESS_MAX && addressPattern.test(text) && !text.includes('..')
}

/** A text for a header: one line, no control characters, at most `max` characters. */
export function headerText(text: string, max: number): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return line.length <= max ? line : `${line.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/** A mailbox fit for a header; fails with `mail.bad_address`. `field` names it in the failure. */
export function checkMailbox(mailbox: Mailbox, field: string): Result<Mailbox, MailFailure> {
  const address = mailbox.address.trim()
  if (!isMailAddress(address)) return badAddress(field)
  return ok({ name: headerText(mailbox.name, NAME_MAX), address })
}
