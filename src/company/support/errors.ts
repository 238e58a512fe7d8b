/** What can keep the desk from doing what it is asked. */

import { fail, type Failure } from '../../base/index.ts'

export type TicketFailure = Failure<'support.no_such_ticket'>
export type ReplyFailure = Failure<
  'support.no_such_ticket' | 'support.not_allowed' | 'support.needs_text' | 'support.stale_reply' | 'support.too_late'
>

/** The one answer for a ticket that is not there or belongs to somebody else. */
export const noSuchTicket = fail('support.no_such_ticket', 'there is no ticket with this id')

export const noSuchAttachment = fail('support.no_such_attachment', 'there is no attachment with this id')
export const noSuchTenant = fail('support.no_such_customer', 'there is no customer with this id')

/** A move that this person may not make, or not from here. */
export function notAllowed(why: string) {
  return fail('support.not_allowed', why)
}

/** "waiting for the customer" means that somebody told him so. */
export const needsText = fail(
  'support.needs_text',
  'write to the customer in the same step: his clock stands still only when he knows what is awaited',
)

/** Somebody else answered meanwhile. */
export function staleReply(newer: readonly { readonly id: string; readonly authorName: string }[]) {
  return fail('support.stale_reply', 'somebody answered meanwhile; read it, then send again', { newer })
}

export const tooLate = fail(
  'support.too_late',
  'it was solved more than 14 days ago; open a new ticket, it will be linked to this one',
)

export type ArticleFailure = Failure<'support.no_such_article' | 'support.needs_second_person'>

export const noSuchArticle = fail('support.no_such_article', 'there is no article under this name')

/** "review by a second person". */
export const secondPerson = fail(
  'support.needs_second_person',
  'another person than its author reads a version before it is published',
)

export type WorkFailure = Failure<'support.bad_work'>

export const badWork = fail('support.bad_work', 'work lies in the past, ends after it began, and lasts a day at most')
