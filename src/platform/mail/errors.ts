/** Why a mail could not be written or handed over. */

import { fail, type Failure } from '../../base/index.ts'

export type MailFailure = Failure<'mail.bad_address' | 'mail.too_large' | 'mail.bad_url'>

/** Why a mail server did not take a message; `refused` is its final word, `unavailable` is worth another try. */
export type DeliveryFailure = Failure<'mail.refused' | 'mail.unavailable'>

/** A text that is no single mail address. The address itself is personal data and stays out of the message. */
export function badAddress(field: string) {
  return fail('mail.bad_address', `the ${field} address is not a mail address such as ann@example.com`, { field })
}

/** More text than a mail of ours may have. */
export function mailTooLarge(bytes: number, bytesMax: number) {
  return fail('mail.too_large', `a mail of ${bytes} bytes; at most ${bytesMax}`, { bytes, bytesMax })
}

/** A mail server's address that cannot be understood; passwords in it are not repeated. */
export function badMailUrl() {
  return fail('mail.bad_url', 'a mail server is written as smtp://host:port or smtps://user:password@host:port')
}

/** The server's final refusal, by its code (RFC 5321 §4.2). */
export function refusedByServer(code: number) {
  return fail('mail.refused', `the mail server refused the message with ${code}`, { code })
}

/** The server could not be reached or said later. */
export function unavailable(why: string) {
  return fail('mail.unavailable', `the mail server did not take the message: ${why}`, {})
}
