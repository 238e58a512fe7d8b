/**
 * What `signal` and `charge` say to each other. Money is decided in `charge`'s memory at once and made
 * durable in its next batch; a call is connected only when its reservation is on disk.
 */

import type { Currency, E164, Failure, Micros, Nanos, Result } from '../../base/index.ts'
import { eventTopic, requestTopic } from '../../platform/bus/index.ts'

export type CallDirection = 'outbound' | 'inbound' | 'internal'

/** What kind of leg was carried; only `domestic`, `international`, `premium` and `tollfree` cost anything. */
export type CallClass =
  | 'onnet'
  | 'domestic'
  | 'international'
  | 'premium'
  | 'tollfree'
  | 'inbound'
  | 'emergency'
  | 'service'

/** `signal` asks for leave to carry a paid leg. */
export type ReserveRequest = {
  /** The CDR that this leg will end in; also the reservation's key, so that asking twice reserves once. */
  readonly cdrId: string
  readonly callId: string
  readonly accountId: string
  readonly direction: CallDirection
  /** The far end: the dialled number of an outbound leg, the called toll-free number of an inbound one. */
  readonly destination: E164
  readonly at: number
  /** Carriers that could carry it, in the order in which they would be tried; left out where none is needed. */
  readonly carrierIds?: readonly string[]
}

/** A carrier that may carry the leg, with what a minute of an ordinary call costs there; 0 when that is not known. */
export type AllowedCarrier = { readonly carrierId: string; readonly costNanosPerMinute: Nanos }

/** Leave to talk for `grantedSeconds` after the answer, counted from the start of the call. */
export type Grant = {
  readonly grantedSeconds: number
  /** No more credit: the leg is ended at the end of this grant. */
  readonly final: boolean
  readonly reservedMicros: Micros
  readonly currency: Currency
  /** Matched prefix and price, for the CDR and the live page. */
  readonly prefix: string
  readonly destinationName: string
  readonly class: CallClass
  /** Those of the asked carriers that may carry it, in the order of the question; absent when none was named. */
  readonly carriers?: readonly AllowedCarrier[]
}

export type ReserveFailure = Failure<
  | 'ledger.no_credit'
  | 'ledger.over_limit'
  | 'ledger.quota_used'
  | 'ledger.no_rate'
  | 'ledger.destination_blocked'
  | 'ledger.unknown_account'
  | 'ledger.account_suspended'
  | 'ledger.too_many_calls'
  /** Every carrier asks more than the call is sold for, and the brand does not sell below cost. */
  | 'ledger.below_cost'
  /** Nothing can be made durable at this moment, so nothing new is promised. */
  | 'ledger.unavailable'
  /** The reservation is not known: it was never durable, was released, or is settled. */
  | 'ledger.no_reservation'
>

/** The `verstat` of a caller who came through a carrier (RFC 8224 §6.2). */
export type CallerVerdict = 'TN-Validation-Passed' | 'TN-Validation-Failed' | 'No-TN-Validation'

/** Everything known of one side of a finished call; `charge` prices it, posts it and stores it once. */
export type CdrRecord = {
  readonly id: string
  readonly callId: string
  /** The customer whose record this is, and the account that pays; no account for calls of nobody (strangers). */
  readonly tenantId: string
  readonly accountId: string | undefined
  readonly personId: string | undefined
  readonly direction: CallDirection
  readonly class: CallClass
  /** Numbers as E.164 or extensions as dialled. */
  readonly from: string
  readonly fromName: string
  readonly to: string
  readonly toName: string
  readonly startedAt: number
  readonly ringingAt: number | undefined
  readonly answeredAt: number | undefined
  readonly endedAt: number
  readonly endedBy: 'caller' | 'callee' | 'system'
  /** Stable word such as `normal`, `busy`, `no_answer`, `grant_exhausted`, `media_timeout`, `signal_restart`. */
  readonly hangupCause: string
  readonly sipStatus: number
  /** Set when `charge` reserved for it; undefined for free legs. */
  readonly reserved: boolean
  /** Ended at the last proven activity, not by a message. */
  readonly estimated: boolean
  readonly carrierId: string | undefined
  readonly sipCallId: string
  /** Per-leg media statistics as JSON text; empty when there was no media. */
  readonly quality: string
  /** What a carrier's signature said of the caller; absent where none was asked for. */
  readonly verstat?: CallerVerdict | undefined
}

export const reserve = requestTopic<ReserveRequest, Result<Grant, ReserveFailure>>('charge.reserve')
/** Sent when the far end answers; the reply comes when the reservation is on disk. */
export const confirmReservation = requestTopic<{ cdrId: string; answeredAt: number }, Result<true, ReserveFailure>>(
  'charge.confirm',
)
/** `elapsedSeconds` since the answer. */
export type ExtendRequest = { readonly cdrId: string; readonly elapsedSeconds: number }
/** Asks for more time. Replied when the larger reservation is on disk. */
export const extendReservation = requestTopic<ExtendRequest, Result<Grant, ReserveFailure>>('charge.extend')
/** Hands over finished calls; the reply lists the ids that are stored and may leave the spool. */
export const settleCalls = requestTopic<{ records: readonly CdrRecord[] }, { stored: readonly string[] }>(
  'charge.settle',
)

/**
 * Said by `signal` after its start, until it is answered: which of the reservations of before `startedAt` still
 * have a record to come. All others belong to calls that died with its predecessor before they were answered.
 */
export type ForgottenRequest = { readonly startedAt: number; readonly cdrIds: readonly string[] }
/** Replied when what was freed is on disk; `freed` counts the reservations. */
export const freeForgotten = requestTopic<ForgottenRequest, Result<{ freed: number }, ReserveFailure>>(
  'charge.freeForgotten',
)

/** A stored CDR with its charge: what the dashboard shows as it arrives. */
export type CallRated = {
  readonly cdrId: string
  readonly tenantId: string
  readonly personId: string | undefined
  readonly chargeMicros: Micros
  readonly currency: Currency
}
export const callRated = eventTopic<CallRated>('charge.rated')

/** Money that enters outside a call: asked for by `office` under an id of its own, so that asking twice posts once. */
export type PostingRequest = {
  readonly postingId: string
  readonly accountId: string
  /** A payment is positive and lowers what is owed; an adjustment adds to it, a negative one takes from it. */
  readonly amountMicros: Micros
  /** When it happened, as opposed to when it is posted. */
  readonly occurredAt: number
  readonly reason: string
  readonly createdBy: string | undefined
  /** What was overdue is paid by it: an account that was suspended for that is open again, in the same batch. */
  readonly reopensAccount?: boolean
}

export type PostingFailure = Failure<'ledger.no_such_account' | 'ledger.bad_amount' | 'ledger.unavailable'>

/** Replied when entries and balance are on disk; the balance is what is owed after it. */
export const postPayment = requestTopic<PostingRequest, Result<{ balanceMicros: Micros }, PostingFailure>>(
  'charge.postPayment',
)
/** A payment, or a part of one, goes back: a refund, a cheque that bounced. Positive; it is owed again. */
export const returnPayment = requestTopic<PostingRequest, Result<{ balanceMicros: Micros }, PostingFailure>>(
  'charge.returnPayment',
)
export const postAdjustment = requestTopic<PostingRequest, Result<{ balanceMicros: Micros }, PostingFailure>>(
  'charge.postAdjustment',
)

/** What billing posts: an invoice's fees, taxes and rounding; a one-off charge; a credit note. */
export type BillingKind = 'invoice' | 'charge' | 'credit_note'
export type BillingPosting = Omit<PostingRequest, 'amountMicros'> & {
  readonly kind: BillingKind
  /** What is owed more for it, by the book that it goes to; negative gives back. None of them is zero. */
  readonly parts: readonly { readonly book: 'revenue' | 'tax' | 'rounding'; readonly owedMicros: Micros }[]
}
/** Posted once each; replied with the ids that are on disk. */
export const postBilling = requestTopic<
  { readonly postings: readonly BillingPosting[] },
  { readonly posted: readonly string[] }
>('charge.postBilling')

/** A call that was refused for money, with whoever refused it: for the provider's people only. */
export type Refusal = {
  readonly at: number
  readonly callId: string
  readonly cdrId: string
  readonly code: string
  /** The customer's account. */
  readonly accountId: string
  /** The account that refused, the customer's or a partner's above it, and its owner. */
  readonly refusedBy: string
  readonly tenantId: string | undefined
  /** The name of the limit that is used up; undefined for the credit limit. */
  readonly limit: string | undefined
}
export const latestRefusals = requestTopic<Record<string, never>, readonly Refusal[]>('charge.refusals')

/** A rule of the ledger and how many rows break it. */
export type LedgerFault = { readonly rule: string; readonly count: number; readonly examples: readonly string[] }

/** Whether the books are right: empty when they are. Looks at every row, so it is asked by people only. */
export const ledgerFaults = requestTopic<Record<string, never>, readonly LedgerFault[]>('charge.faults')
