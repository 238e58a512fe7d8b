/**
 * Who may talk: accounts, their reservations, and the decisions about them, in memory. No socket, clock or
 * query comes in here; what is decided is handed to the batch that makes it durable.
 */

import { assert, ok, type Currency, type Micros, type Result } from '../../base/index.ts'
import type { RateRow } from '../rating/index.ts'
import { blocked, noCredit, noRate, noReservation, suspended, tooManyCalls, unknownAccount } from './errors.ts'
import { canGrow, nextSlice, SLICE_SECONDS, STOP_MARGIN_SECONDS } from './grant.ts'
import type { Grant, ReserveFailure, ReserveRequest } from './protocol.ts'

/** What the account was agreed to; read from the database. */
export type AccountTerms = {
  readonly id: string
  readonly tenantId: string
  /** Path of the customer, such as `nw/maple/acme/`; its seller's books are found upwards. */
  readonly tenantPath: string
  readonly currency: Currency
  readonly creditLimitMicros: Micros
  readonly deckId: string
  readonly callsMax: number
  readonly status: 'open' | 'suspended' | 'closed'
}

/** The price that a call was promised. */
export type Quote = { readonly versionId: string; readonly row: RateRow }

export type Reservation = {
  readonly cdrId: string
  readonly accountId: string
  readonly tenantId: string
  readonly callId: string
  readonly direction: 'outbound' | 'inbound'
  readonly destination: string
  readonly quote: Quote
  readonly reservedAt: number
  readonly paidSeconds: number
  readonly reservedMicros: Micros
  readonly final: boolean
  readonly answeredAt: number | undefined
}

export type AccountHead = {
  readonly terms: AccountTerms
  /** What is owed by the last batch. */
  readonly postedMicros: Micros
  /** Charges that were decided and are not written yet. */
  readonly pendingMicros: Micros
  readonly reservedMicros: Micros
  readonly calls: number
}

type Head = { terms: AccountTerms; posted: Micros; pending: Micros; reserved: Micros; calls: number }

export type Credit = {
  /** Takes over an account's terms; `postedMicros` is what it owes when it was not known before. */
  putAccount(terms: AccountTerms, postedMicros: Micros): void
  account(accountId: string): AccountHead | undefined
  accounts(): Iterable<AccountHead>
  reservation(cdrId: string): Reservation | undefined
  reservations(): Iterable<Reservation>
  /** Takes over a reservation of a former process. */
  restore(reservation: Reservation): void
  /** `quote` is the row of the account's deck that fits, undefined when none does. */
  reserve(request: ReserveRequest, quote: Quote | undefined): Result<Grant, ReserveFailure>
  confirm(cdrId: string, answeredAt: number): Result<true, ReserveFailure>
  extend(cdrId: string, elapsedSeconds: number): Result<Grant, ReserveFailure>
  /** Frees what was set aside for a call; false when nothing was. */
  release(cdrId: string): boolean
  /** Counts a charge that is on its way to the disk. */
  addPending(accountId: string, amount: Micros): void
  /** A batch is on disk: `pending` of it is now part of `posted`, the balance that the database holds. */
  written(accountId: string, pending: Micros, posted: Micros | undefined): void
}

type State = { readonly heads: Map<string, Head>; readonly open: Map<string, Reservation> }

/** Starts without accounts. */
export function createCredit(): Credit {
  const state: State = { heads: new Map(), open: new Map() }
  const { heads, open } = state
  return {
    putAccount(terms, postedMicros) {
      const known = heads.get(terms.id)
      if (known) known.terms = terms
      else heads.set(terms.id, { terms, posted: postedMicros, pending: 0n, reserved: 0n, calls: 0 })
    },
    account: (accountId) => shown(heads.get(accountId)),
    *accounts() {
      for (const head of heads.values()) yield shown(head)!
    },
    reservation: (cdrId) => open.get(cdrId),
    reservations: () => open.values(),
    restore(reservation) {
      if (heads.has(reservation.accountId)) put(state, reservation)
    },
    reserve: (request, quote) => reserve(state, request, quote),
    confirm(cdrId, answeredAt) {
      const known = open.get(cdrId)
      if (!known) return noReservation
      if (known.answeredAt === undefined) open.set(cdrId, { ...known, answeredAt })
      return ok(true)
    },
    extend(cdrId, elapsedSeconds) {
      const known = open.get(cdrId)
      if (!known) return noReservation
      const head = headOf(state, known.accountId)
      const longer = extended(known, head, elapsedSeconds)
      put(state, longer)
      return ok(grantOf(longer, head))
    },
    release: (cdrId) => release(state, cdrId),
    addPending(accountId, amount) {
      headOf(state, accountId).pending += amount
    },
    written(accountId, pending, posted) {
      const head = headOf(state, accountId)
      head.pending -= pending
      assert(head.pending >= 0n, 'more was written than was decided')
      if (posted !== undefined) head.posted = posted
    },
  }
}

function headOf({ heads }: State, accountId: string): Head {
  const head = heads.get(accountId)
  assert(head, 'a reservation belongs to a known account')
  return head
}

/** Adds a reservation, or replaces what the call holds. */
function put(state: State, reservation: Reservation): void {
  const before = state.open.get(reservation.cdrId)
  const head = headOf(state, reservation.accountId)
  head.reserved += reservation.reservedMicros - (before?.reservedMicros ?? 0n)
  if (!before) head.calls++
  state.open.set(reservation.cdrId, reservation)
}

function release(state: State, cdrId: string): boolean {
  const known = state.open.get(cdrId)
  if (!known) return false
  state.open.delete(cdrId)
  const head = headOf(state, known.accountId)
  head.reserved -= known.reservedMicros
  head.calls--
  assert(head.reserved >= 0n && head.calls >= 0, 'more was freed than was reserved')
  return true
}

function reserve(state: State, request: ReserveRequest, quote: Quote | undefined): Result<Grant, ReserveFailure> {
  const known = state.open.get(request.cdrId)
  if (known) return ok(grantOf(known, headOf(state, known.accountId)))
  const allowed = mayReserve(state.heads.get(request.accountId), request, quote)
  if (!allowed.ok) return allowed
  const { account, priced } = allowed.value
  const slice = nextSlice({
    row: priced.row,
    paidSeconds: 0,
    reservedMicros: 0n,
    wantedSeconds: SLICE_SECONDS,
    availableMicros: availableOf(account),
    otherCalls: account.calls,
  })
  if (!slice) return noCredit
  const { cdrId, accountId, callId, destination, at } = request
  const direction = request.direction === 'inbound' ? 'inbound' : 'outbound'
  const { tenantId } = account.terms
  const call = { cdrId, accountId, tenantId, callId, direction, destination, quote: priced, reservedAt: at } as const
  const reservation: Reservation = { ...call, ...slice, answeredAt: undefined }
  put(state, reservation)
  return ok(grantOf(reservation, account))
}

function shown(head: Head | undefined): AccountHead | undefined {
  if (!head) return undefined
  const { terms, posted, pending, reserved, calls } = head
  return { terms, postedMicros: posted, pendingMicros: pending, reservedMicros: reserved, calls }
}

/** Credit limit less what is owed, what is about to be, and what is set aside. */
function availableOf(head: Head): Micros {
  return head.terms.creditLimitMicros - head.posted - head.pending - head.reserved
}

type Allowed = { readonly account: Head; readonly priced: Quote }

/** Everything that refuses a call whatever its price. */
function mayReserve(
  head: Head | undefined,
  request: ReserveRequest,
  quote: Quote | undefined,
): Result<Allowed, ReserveFailure> {
  if (!head) return unknownAccount
  const { status, callsMax } = head.terms
  // "Suspended for non-payment: outbound paid calls refused; inbound and on-net work"
  if (status === 'closed' || (status === 'suspended' && request.direction !== 'inbound')) return suspended
  if (!quote) return noRate
  if (quote.row.blocked) return blocked
  if (head.calls >= callsMax) return tooManyCalls(callsMax)
  return ok({ account: head, priced: quote })
}

/** The reservation with another slice, or marked final when there is nothing to be had. */
function extended(known: Reservation, head: Head, elapsedSeconds: number): Reservation {
  const { row } = known.quote
  const wantedSeconds = elapsedSeconds + SLICE_SECONDS
  if (known.paidSeconds >= wantedSeconds) return known
  const slice = nextSlice({
    row,
    paidSeconds: known.paidSeconds,
    reservedMicros: known.reservedMicros,
    wantedSeconds,
    availableMicros: availableOf(head),
    otherCalls: head.calls - 1,
  })
  if (slice) return { ...known, ...slice }
  const available = availableOf(head)
  return { ...known, final: !canGrow(row, known.paidSeconds, known.reservedMicros + (available > 0n ? available : 0n)) }
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
