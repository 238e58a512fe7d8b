/**
 * Who may talk: accounts, their reservations, and the decisions about them, in memory. A call is paid for on every
 * level of the reseller chain, and granted when all of them can. No socket, clock or query comes in here; what is
 * decided is handed to the batch that makes it durable.
 */

import { assert, ok, type Currency, type Micros, type Result } from '../../base/index.ts'
import type { RateClass } from '../rating/index.ts'
import { blocked, noCredit, noRate, noReservation, overLimit, quotaUsed, refusedBy, suspended } from './errors.ts'
import { tooManyCalls, unknownAccount } from './errors.ts'
import { canGrow, nextSlice, SLICE_SECONDS, STOP_MARGIN_SECONDS } from './grant.ts'
import { callOf, payAll, termsCall, type OneCall, type Paid } from './pay-shares.ts'
import { createPools, type Pools } from './pools.ts'
import type { Grant, ReserveFailure, ReserveRequest } from './protocol.ts'
import type { Quote, Reservation, Share } from './reservation.ts'
import { createSpending, type Limit, type Spending, type Spent } from './spending.ts'
import { canTermsGrow, isQuotaUsed, nextTermsSlice } from './terms-slice.ts'

/** What the account was agreed to; read from the database. */
export type AccountTerms = {
  readonly id: string
  readonly tenantId: string
  /** Path of the owner, such as `nw/maple/acme/`; its seller's books and the accounts above it are found upwards. */
  readonly tenantPath: string
  /** `wholesale`: a partner's, which pays for the calls of everybody below it too. */
  readonly kind: 'customer' | 'wholesale'
  readonly currency: Currency
  readonly creditLimitMicros: Micros
  readonly deckId: string
  readonly callsMax: number
  readonly status: 'open' | 'suspended' | 'closed'
  readonly limits: readonly Limit[]
}

export type AccountHead = {
  readonly terms: AccountTerms
  /** What is owed by the last batch. */
  readonly postedMicros: Micros
  /** Charges that were decided and are not written yet. */
  readonly pendingMicros: Micros
  readonly reservedMicros: Micros
  readonly calls: number
  readonly spending: Spending | undefined
}

type Head = {
  terms: AccountTerms
  posted: Micros
  pending: Micros
  reserved: Micros
  calls: number
  /** Only of accounts with limits beside their credit. */
  spending: Spending | undefined
  /** Set aside by class, for those limits. */
  readonly held: Map<RateClass, Micros>
}

export type Credit = {
  /** Plans of customers, and what is left of them. */
  readonly pools: Pools
  /** Takes over an account's terms; what it owes and has spent counts when it was not known before. */
  putAccount(terms: AccountTerms, postedMicros: Micros, spent?: readonly Spent[]): void
  account(accountId: string): AccountHead | undefined
  accounts(): Iterable<AccountHead>
  /** The accounts that pay for an account's calls too, the nearest level first. */
  above(accountId: string): readonly AccountTerms[]
  reservation(cdrId: string): Reservation | undefined
  reservations(): Iterable<Reservation>
  /** Takes over a reservation of a former process. */
  restore(reservation: Reservation): void
  /** `quotes` are the rows that fit of the account's deck and of those of the accounts above, undefined for none. */
  reserve(request: ReserveRequest, ...quotes: readonly (Quote | undefined)[]): Result<Grant, ReserveFailure>
  confirm(cdrId: string, answeredAt: number): Result<true, ReserveFailure>
  extend(cdrId: string, elapsedSeconds: number): Result<Grant, ReserveFailure>
  /** Frees what was set aside for a call; false when nothing was. */
  release(cdrId: string): boolean
  /** Counts a charge that is on its way to the disk. */
  addPending(accountId: string, amount: Micros): void
  /** Counts a charge of a call towards the account's limits; a negative one takes it back. */
  spend(accountId: string, charge: { readonly at: number; readonly class: RateClass; readonly micros: Micros }): void
  /** A batch is on disk: `pending` of it is now part of `posted`, the balance that the database holds. */
  written(accountId: string, pending: Micros, posted: Micros | undefined): void
}

type State = {
  readonly pools: Pools
  readonly heads: Map<string, Head>
  readonly open: Map<string, Reservation>
  /** Wholesale accounts by the path of their owner. */
  readonly wholesale: Map<string, string>
}

/** Starts without accounts. */
export function createCredit(): Credit {
  const state: State = { pools: createPools(), heads: new Map(), open: new Map(), wholesale: new Map() }
  const { heads, open, pools } = state
  return {
    pools,
    putAccount: (terms, postedMicros, spent) => putAccount(state, terms, postedMicros, spent),
    account: (accountId) => shown(heads.get(accountId)),
    *accounts() {
      for (const head of heads.values()) yield shown(head)!
    },
    above: (accountId) => {
      const head = heads.get(accountId)
      return head ? headsAbove(state, head).map(({ terms }) => terms) : []
    },
    reservation: (cdrId) => open.get(cdrId),
    reservations: () => open.values(),
    restore(reservation) {
      const all = [reservation, ...reservation.upper]
      if (all.every(({ accountId }) => heads.has(accountId))) put(state, reservation)
    },
    reserve: (request, ...quotes) => reserve(state, request, quotes),
    confirm(cdrId, answeredAt) {
      const known = open.get(cdrId)
      if (!known) return noReservation
      if (known.answeredAt === undefined) answer(state, known, answeredAt)
      return ok(true)
    },
    extend(cdrId, elapsedSeconds) {
      const known = open.get(cdrId)
      if (!known) return noReservation
      const longer = extended(state, known, elapsedSeconds)
      put(state, longer)
      return ok(grantOf(longer, headOf(state, known.accountId)))
    },
    release: (cdrId) => release(state, cdrId),
    addPending(accountId, amount) {
      headOf(state, accountId).pending += amount
    },
    spend(accountId, { at, class: rateClass, micros }) {
      headOf(state, accountId).spending?.spend(at, rateClass, micros)
    },
    written(accountId, pending, posted) {
      const head = headOf(state, accountId)
      head.pending -= pending
      assert(head.pending >= 0n, 'more was written than was decided')
      if (posted !== undefined) head.posted = posted
    },
  }
}

function putAccount(state: State, terms: AccountTerms, posted: Micros, spent?: readonly Spent[]): void {
  const { heads, wholesale } = state
  const known = heads.get(terms.id)
  const fresh = { terms, posted, pending: 0n, reserved: 0n, calls: 0, spending: undefined, held: new Map() }
  const head: Head = known ?? fresh
  head.terms = terms
  if (terms.limits.length > 0) head.spending ??= createSpending(spent)
  head.spending?.put(terms.limits)
  if (!known) heads.set(terms.id, head)
  if (terms.kind === 'wholesale') wholesale.set(terms.tenantPath, terms.id)
}

function headOf({ heads }: State, accountId: string): Head {
  const head = heads.get(accountId)
  assert(head, 'a reservation belongs to a known account')
  return head
}

/** The heads that pay too: of the partners on the path above the account's owner, the nearest first. */
function headsAbove({ heads, wholesale }: State, { terms }: Head): Head[] {
  const found: Head[] = []
  if (wholesale.size === 0) return found
  let path = terms.tenantPath
  while (path !== '') {
    path = path.slice(0, path.lastIndexOf('/', path.length - 2) + 1)
    const head = heads.get(wholesale.get(path) ?? '')
    if (head) found.push(head)
  }
  return found
}

/** Adds to what an account has set aside. */
function holdShare(state: State, share: Share, sign: 1n | -1n): void {
  const head = headOf(state, share.accountId)
  const { class: rateClass } = share.quote.row
  head.reserved += sign * share.reservedMicros
  head.held.set(rateClass, (head.held.get(rateClass) ?? 0n) + sign * share.reservedMicros)
  head.calls += Number(sign)
  assert(head.reserved >= 0n && head.calls >= 0, 'more was freed than was reserved')
}

/** From here on the call is priced by its answer. */
function answer(state: State, known: Reservation, answeredAt: number): void {
  const answered = { ...known, answeredAt }
  if ([known, ...known.upper].every(({ quote }) => !quote.rates && !quote.plan)) {
    state.open.set(known.cdrId, answered)
    return
  }
  const shares = [known, ...known.upper]
  const { paid, counters } = payAll(state.pools, shares, callOf(answered), known.paidSeconds)
  const [own, ...upper] = paid
  put(state, { ...answered, reservedMicros: own!.reservedMicros, upper, counters })
}

/** Adds a reservation, or replaces what the call holds. */
function put(state: State, reservation: Reservation): void {
  release(state, reservation.cdrId)
  for (const share of [reservation, ...reservation.upper]) holdShare(state, share, 1n)
  holdCounters(state, reservation, 1n)
  state.open.set(reservation.cdrId, reservation)
}

function release(state: State, cdrId: string): boolean {
  const known = state.open.get(cdrId)
  if (!known) return false
  state.open.delete(cdrId)
  for (const share of [known, ...known.upper]) holdShare(state, share, -1n)
  holdCounters(state, known, -1n)
  return true
}

function holdCounters({ pools }: State, reservation: Reservation, sign: 1n | -1n): void {
  const { quote, counters, answeredAt, reservedAt } = reservation
  if (quote.plan && counters) pools.hold(quote.plan, answeredAt ?? reservedAt, counters, sign)
}

function reserve(
  state: State,
  request: ReserveRequest,
  quotes: readonly (Quote | undefined)[],
): Result<Grant, ReserveFailure> {
  const known = state.open.get(request.cdrId)
  if (known) return ok(grantOf(known, headOf(state, known.accountId)))
  const first = state.heads.get(request.accountId)
  if (!first) return unknownAccount
  const shares: Share[] = []
  for (const [level, head] of [first, ...headsAbove(state, first)].entries()) {
    const quote = mayReserve(head, request, quotes[level])
    if (!quote.ok) return level === 0 ? quote : refusedBy(quote.failure, head.terms.id)
    const { id: accountId, tenantId } = head.terms
    shares.push({ accountId, tenantId, quote: quote.value, reservedMicros: 0n })
  }
  const call = { number: request.destination, answeredAt: request.at, own: [] }
  const wanted = { paidSeconds: 0, wantedSeconds: SLICE_SECONDS, at: request.at, others: 0, call } as const
  const sliced = sliceAll(state, shares, wanted)
  if (!sliced.ok) return sliced
  const { cdrId, callId, destination, at } = request
  const direction = request.direction === 'inbound' ? 'inbound' : 'outbound'
  const [own, ...upper] = sliced.value.shares
  const { paidSeconds, final, counters } = sliced.value
  const what = { cdrId, callId, direction, destination, reservedAt: at, paidSeconds, final } as const
  const reservation: Reservation = { ...own!, ...what, answeredAt: undefined, upper, counters }
  put(state, reservation)
  return ok(grantOf(reservation, first))
}

type Wanted = {
  readonly paidSeconds: number
  readonly wantedSeconds: number
  readonly at: number
  /** Calls among the account's that are this one. */
  readonly others: 0 | 1
  readonly call: OneCall
}
type Sliced = Pick<Paid, 'counters'> & {
  readonly shares: readonly Share[]
  readonly paidSeconds: number
  readonly final: boolean
}

/** One slice on every level: as long as the level that can pay least allows. */
function sliceAll(state: State, shares: readonly Share[], wanted: Wanted): Result<Sliced, ReserveFailure> {
  const { paidSeconds, wantedSeconds, at, others, call } = wanted
  let longest = Infinity
  let isEnd = false
  for (const [level, { accountId, quote, reservedMicros }] of shares.entries()) {
    const head = headOf(state, accountId)
    const left = leftOf(head, quote.row.class, at)
    const otherCalls = head.calls - others
    const request = { paidSeconds, reservedMicros, wantedSeconds, availableMicros: left.micros, otherCalls }
    const terms = termsCall(state.pools, quote, call)
    const seconds = terms ? nextTermsSlice(terms, request) : nextSlice({ row: quote.row, ...request })?.paidSeconds
    if (seconds === undefined) {
      if (terms && isQuotaUsed(terms)) return quotaUsed
      const refusal = left.limit ? overLimit(left.limit.name) : noCredit
      return level === 0 ? refusal : refusedBy(refusal.failure, accountId)
    }
    if (seconds < longest) longest = seconds
  }
  const { paid, counters } = payAll(state.pools, shares, call, longest)
  for (const { accountId, quote, reservedMicros } of shares) {
    const left = leftOf(headOf(state, accountId), quote.row.class, at).micros
    const amount = reservedMicros + (left > 0n ? left : 0n)
    const terms = termsCall(state.pools, quote, call)
    if (!(terms ? canTermsGrow(terms, longest, amount) : canGrow(quote.row, longest, amount))) isEnd = true
  }
  return ok({ shares: paid, counters, paidSeconds: longest, final: isEnd })
}

/** The reservation with another slice, or marked final when there is nothing to be had. */
function extended(state: State, known: Reservation, elapsedSeconds: number): Reservation {
  const wantedSeconds = elapsedSeconds + SLICE_SECONDS
  const { paidSeconds, answeredAt, reservedAt } = known
  if (paidSeconds >= wantedSeconds) return known
  const at = (answeredAt ?? reservedAt) + elapsedSeconds * 1000
  const shares = [known, ...known.upper]
  const sliced = sliceAll(state, shares, { paidSeconds, wantedSeconds, at, others: 1, call: callOf(known) })
  if (!sliced.ok) return { ...known, final: true }
  const [own, ...upper] = sliced.value.shares
  const { final, counters } = sliced.value
  return {
    ...known,
    reservedMicros: own!.reservedMicros,
    paidSeconds: sliced.value.paidSeconds,
    final,
    upper,
    counters,
  }
}

function shown(head: Head | undefined): AccountHead | undefined {
  if (!head) return undefined
  const { terms, posted, pending, reserved, calls, spending } = head
  return { terms, postedMicros: posted, pendingMicros: pending, reservedMicros: reserved, calls, spending }
}

/** What is left for a class: of the credit, or of the limit that leaves less. */
function leftOf(head: Head, rateClass: RateClass, at: number): { micros: Micros; limit: Limit | undefined } {
  const credit = head.terms.creditLimitMicros - head.posted - head.pending - head.reserved
  const tightest = head.spending?.left(at, rateClass, head.held)
  return tightest && tightest.micros < credit ? tightest : { micros: credit, limit: undefined }
}

/** Everything that refuses a call whatever its price. */
function mayReserve(head: Head, request: ReserveRequest, quote: Quote | undefined): Result<Quote, ReserveFailure> {
  const { status, callsMax } = head.terms
  // "Suspended for non-payment: outbound paid calls refused; inbound and on-net work"
  if (status === 'closed' || (status === 'suspended' && request.direction !== 'inbound')) return suspended
  if (!quote) return noRate
  if (quote.row.blocked) return blocked
  if (head.calls >= callsMax) return tooManyCalls(callsMax)
  return ok(quote)
}

/** What the switch is told: it stops a second before the paid time ends. */
function grantOf(reservation: Reservation, head: Head): Grant {
  const { row } = reservation.quote
  return {
    grantedSeconds: reservation.paidSeconds - STOP_MARGIN_SECONDS,
    final: reservation.final,
    reservedMicros: reservation.reservedMicros,
    currency: head.terms.currency,
    prefix: row.prefix,
    destinationName: row.destination,
    class: row.class,
  }
}
