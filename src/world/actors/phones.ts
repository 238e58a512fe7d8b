/**
 * The phones of our customers: they register with digest, ring, answer and call like desk phones. All
 * of them share one socket and differ by the user in their Contact, so that a thousand cost little.
 */

import { createHash } from 'node:crypto'
import { newId, ok, type Result, type Timer } from '../../base/index.ts'
import { parseUri, writeNameAddr, writeSipUri, type Credentials } from '../../network/sip/index.ts'
import type { SocketAddress, TransportFailure } from '../../network/transport/index.ts'
import { createDraw } from '../draw.ts'
import { openSwitchboard, type ActorParts, type CallResult, type Switchboard } from './switchboard.ts'

export type PhoneAccount = {
  /** SIP user. */
  readonly user: string
  readonly password: string
  readonly name: string
  readonly extension: string
  /** A telephone system takes calls to all of these. */
  readonly numbers?: readonly string[]
}

export type Phones = {
  readonly local: SocketAddress
  /** Brings phones to the registrar, a few at a time; they stay registered until the end. */
  register(accounts: readonly PhoneAccount[]): void
  /** Phones whose registration the switch accepted. */
  registered(): number
  isRegistered(user: string): boolean
  /** Places a call as one phone; `dialled` is what a person would press. */
  call(account: PhoneAccount, dialled: string, talkMs: number): Promise<CallResult>
  /** Calls in progress, in and out. */
  callsNow(): number
  /** The realm that the registrar told, once it answered. */
  realm(): string | undefined
  hangUpAll(): void
  close(): Promise<void>
}

export type PhonesOptions = ActorParts & {
  readonly listen: SocketAddress
  readonly house: SocketAddress
  /** Tells the phones of one account apart when there are several sets of them; 0 by default. */
  readonly set?: number
}

type Registration = { readonly account: PhoneAccount; readonly callId: string; cseq: number; isIn: boolean }

/** How many REGISTERs may be on the way at once. */
const AT_ONCE = 20
const EXPIRES_SECONDS = 600
const RETRY_MS = 3000

type Room = {
  readonly options: PhonesOptions
  readonly board: Switchboard
  readonly registrations: Map<string, Registration>
  readonly waiting: Registration[]
  readonly timers: Set<Timer>
  underway: number
  realm: string | undefined
  isOpen: boolean
}

/** Opens the socket of the phones; nobody registers yet. */
export async function openPhones(options: PhonesOptions): Promise<Result<Phones, TransportFailure>> {
  const draw = createDraw(options.random)
  const opened = await openSwitchboard({
    ...options,
    product: 'Desk phone of the world',
    admit: (request) => (isOurs(room, parseUri(request.uri)?.user ?? '') ? 'accept' : { status: 404 }),
    behave: () => ({
      ringMs: draw.between(500, 2500),
      isEarly: false,
      outcome: { kind: 'answer' },
      tone: String(draw.between(6, 16) * 50),
    }),
  })
  if (!opened.ok) return opened
  const board = opened.value
  const room: Room = {
    options,
    board,
    registrations: new Map(),
    waiting: [],
    timers: new Set(),
    underway: 0,
    realm: undefined,
    isOpen: true,
  }
  return ok({
    local: board.local,
    register(accounts) {
      for (const account of accounts) {
        if (room.registrations.has(account.user)) continue
        const registration = { account, callId: newId(options.clock, options.random), cseq: 1, isIn: false }
        room.registrations.set(account.user, registration)
        room.waiting.push(registration)
      }
      registerNext(room)
    },
    registered: () => [...room.registrations.values()].filter((one) => one.isIn).length,
    isRegistered: (user) => room.registrations.get(user)?.isIn ?? false,
    call: (account, dialled, talkMs) => callAs(room, account, dialled, talkMs, String(draw.between(6, 16) * 50)),
    callsNow: () => board.size(),
    realm: () => room.realm,
    hangUpAll: board.hangUpAll,
    async close() {
      room.isOpen = false
      for (const timer of room.timers) timer.stop()
      room.timers.clear()
      await board.close()
    },
  })
}

function isOurs({ registrations }: Room, user: string): boolean {
  return registrations.has(user) || [...registrations.values()].some((one) => one.account.numbers?.includes(user))
}

function credentialsOf(room: Room, account: PhoneAccount): { credentials: Credentials } | Record<string, never> {
  const { user, password } = account
  return room.realm === undefined ? {} : { credentials: { user, password, realm: room.realm } }
}

async function callAs(
  room: Room,
  account: PhoneAccount,
  dialled: string,
  talkMs: number,
  tone: string,
): Promise<CallResult> {
  const { address: host, port } = room.options.house
  return room.board.place({
    nextHop: { protocol: 'udp', remote: room.options.house },
    target: writeSipUri({ user: dialled, host, port }),
    from: writeNameAddr(account.name, writeSipUri({ user: account.user, host, port })),
    to: writeNameAddr('', writeSipUri({ user: dialled, host, port })),
    ...credentialsOf(room, account),
    tone,
    talkMs,
  })
}

function registerNext(room: Room): void {
  // The first one alone: its challenge tells the realm that all others answer.
  const limit = room.realm === undefined ? 1 : AT_ONCE
  while (room.isOpen && room.underway < limit) {
    const registration = room.waiting.shift()
    if (!registration) return
    room.underway++
    void registerOne(room, registration)
  }
}

function again(room: Room, registration: Registration, delayMs: number): void {
  const timer = room.options.clock.after(delayMs, () => {
    room.timers.delete(timer)
    room.waiting.push(registration)
    registerNext(room)
  })
  room.timers.add(timer)
}

/** A phone keeps its name over restarts, so that it takes the place of its former contact (RFC 5626 §4.1). */
function instanceOf(user: string, set: number): string {
  const digits = createHash('sha256').update(`${user} ${set}`).digest('hex')
  const part = (first: number, end: number): string => digits.slice(first, end)
  return `${part(0, 8)}-${part(8, 12)}-8${part(12, 15)}-8${part(15, 18)}-${part(18, 30)}`
}

async function registerOne(room: Room, registration: Registration): Promise<void> {
  const { account, callId } = registration
  const { address: host, port } = room.options.house
  const own = writeNameAddr('', writeSipUri({ user: account.user, host, port }))
  const outcome = await room.board.send({
    nextHop: { protocol: 'udp', remote: room.options.house },
    method: 'REGISTER',
    target: writeSipUri({ host, port }),
    from: own,
    to: own,
    callId,
    cseq: registration.cseq,
    contactParams: `;+sip.instance="<urn:uuid:${instanceOf(account.user, room.options.set ?? 0)}>"`,
    headers: [['Expires', String(EXPIRES_SECONDS)]],
    ...credentialsOf(room, account),
  })
  room.underway--
  registration.cseq = outcome.cseq + 1
  registration.isIn = outcome.status === 200
  if (!room.isOpen) return
  const told = /realm="([^"]+)"/.exec(outcome.response?.header('WWW-Authenticate') ?? '')?.[1]
  if (outcome.status === 401 && room.realm === undefined && told !== undefined) {
    room.realm = told
    room.waiting.unshift(registration)
  } else {
    // Refreshed well before the end, each at its own moment; a switch that is away is asked again soon.
    const spreadMs = (account.user.length * 7919 + account.user.charCodeAt(account.user.length - 1)) % 60_000
    again(room, registration, registration.isIn ? EXPIRES_SECONDS * 500 + spreadMs : RETRY_MS)
  }
  registerNext(room)
}
