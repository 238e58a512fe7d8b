/**
 * Who calls whom in the demo: a trickle that never ends, and calls that people ask for on the demo page.
 * Every one of them is a real call from a real SIP peer; nothing is written past the switch.
 */

import type { Clock, Log, RandomBytes, Timer } from '../../base/index.ts'
import { createDraw, type Draw } from '../draw.ts'
import type { Carrier } from './carrier.ts'
import { asDialled, domesticNumbers, internationalNumbers } from './numbers.ts'
import type { PhoneAccount, Phones } from './phones.ts'
import type { CallResult } from './switchboard.ts'

/** A phone of the world, with what others dial to reach it. */
export type CallingPhone = PhoneAccount & { readonly did: string; readonly tenantId: string }

export type CallKind = 'internal' | 'domestic' | 'international' | 'inbound'

export type TrafficOptions = {
  readonly clock: Clock
  readonly log: Log
  readonly random: RandomBytes
  readonly phones: Phones
  readonly carriers: readonly Carrier[]
  /** The phones that take part; the first few belong to the customers of the demo's logins and call more often. */
  readonly callers: readonly CallingPhone[]
}

export type TrafficFigures = {
  readonly inProgress: number
  readonly placed: number
  readonly answered: number
  readonly refused: number
  /** Days of the month that is being played, 0 when none is. */
  readonly monthDay: number
}

export type Traffic = {
  /** Places calls of a kind (any when it is undefined), a few every second; returns how many it will place. */
  startCalls(count: number, kind?: CallKind): number
  /** Hangs up every call of the world and forgets those still to be placed. */
  stopCalls(): void
  /** Pauses and resumes the trickle. */
  setTrickle(on: boolean): void
  hasTrickle(): boolean
  /** One of the phones dials 911; false while none is registered. */
  callEmergency(): boolean
  /** A month's pattern of short calls in three minutes; false while one is being played. */
  playMonth(): boolean
  figures(): TrafficFigures
  close(): void
}

/** Calls of the trickle at once; a demo at rest stays light. */
const TRICKLE_CALLS = 4
const TRICKLE_MS = 2000
const LOOK_MS = 200
/** Calls that people asked for: at most so many at once, so many a second. */
const CALLS_MAX = 120
const PLACE_MS = 60
const EMERGENCY_TALK_MS = 15_000
const MONTH_DAYS = 30
const DAY_MS = 6000
/** How many callers at the front of the list belong to the demo's logins. */
const FAVOURED = 14

type Wanted = { readonly kind: CallKind; readonly talkMs: number }

type Exchange = {
  readonly options: TrafficOptions
  readonly draw: Draw
  readonly queue: Wanted[]
  readonly timers: Set<Timer>
  inProgress: number
  placed: number
  answered: number
  refused: number
  trickles: boolean
  monthDay: number
}

/** Starts the trickle; the first call is placed as soon as two phones are registered. */
export function startTraffic(options: TrafficOptions): Traffic {
  const exchange: Exchange = {
    options,
    draw: createDraw(options.random),
    queue: [],
    timers: new Set(),
    inProgress: 0,
    placed: 0,
    answered: 0,
    refused: 0,
    trickles: true,
    monthDay: 0,
  }
  const first = options.clock.every(LOOK_MS, () => {
    if (readyCallers(exchange).length < 2) return
    first.stop()
    exchange.timers.delete(first)
    trickle(exchange)
  })
  exchange.timers.add(first)
  exchange.timers.add(options.clock.every(TRICKLE_MS, () => trickle(exchange)))
  exchange.timers.add(options.clock.every(PLACE_MS, () => placeNext(exchange)))
  return {
    startCalls(count, kind) {
      const room = Math.max(0, CALLS_MAX - exchange.inProgress - exchange.queue.length)
      const accepted = Math.min(count, room)
      for (let at = 0; at < accepted; at++) {
        exchange.queue.push({ kind: kind ?? drawKind(exchange.draw), talkMs: exchange.draw.between(20, 60) * 1000 })
      }
      return accepted
    },
    stopCalls() {
      exchange.queue.length = 0
      exchange.monthDay = 0
      options.phones.hangUpAll()
      for (const carrier of options.carriers) carrier.hangUpAll()
    },
    setTrickle(on) {
      exchange.trickles = on
    },
    hasTrickle: () => exchange.trickles,
    callEmergency() {
      const [caller] = readyCallers(exchange)
      if (caller) void follow(exchange, options.phones.call(caller, '911', EMERGENCY_TALK_MS))
      return caller !== undefined
    },
    playMonth: () => playMonth(exchange),
    figures() {
      const { inProgress, placed, answered, refused, monthDay } = exchange
      return { inProgress, placed, answered, refused, monthDay }
    },
    close() {
      for (const timer of exchange.timers) timer.stop()
      exchange.queue.length = 0
    },
  }
}

function readyCallers({ options }: Exchange): readonly CallingPhone[] {
  return options.callers.filter((phone) => options.phones.isRegistered(phone.user))
}

function trickle(exchange: Exchange): void {
  if (!exchange.trickles || exchange.inProgress >= TRICKLE_CALLS) return
  void placeOne(exchange, { kind: drawKind(exchange.draw), talkMs: exchange.draw.between(15, 75) * 1000 })
}

function placeNext(exchange: Exchange): void {
  if (exchange.inProgress >= CALLS_MAX) return
  const wanted = exchange.queue.shift()
  if (wanted) void placeOne(exchange, wanted)
}

/** Of 100 calls 45 stay in the house, 28 go to numbers at home, 10 abroad, and 17 come in. */
function drawKind(draw: Draw): CallKind {
  const at = draw.below(100)
  return at < 45 ? 'internal' : at < 73 ? 'domestic' : at < 83 ? 'international' : 'inbound'
}

/** The first call and every seventh are of the phone whose owner can sign in; many others of the logins' customers. */
function chooseCaller({ draw, placed }: Exchange, ready: readonly CallingPhone[]): CallingPhone {
  if (placed === 0 || draw.chance(15)) return ready[0]!
  return draw.pick(draw.chance(40) ? ready.slice(0, FAVOURED) : ready)
}

async function placeOne(exchange: Exchange, wanted: Wanted): Promise<void> {
  const placing = start(exchange, wanted)
  if (placing) await follow(exchange, placing)
}

async function follow(exchange: Exchange, placing: Promise<CallResult>): Promise<void> {
  exchange.inProgress++
  exchange.placed++
  try {
    const result = await placing
    if (result.answered) exchange.answered++
    else exchange.refused++
  } catch (error) {
    exchange.options.log.warn('a call of the world could not be placed', { error })
  } finally {
    exchange.inProgress--
  }
}

function start(exchange: Exchange, { kind, talkMs }: Wanted): Promise<CallResult> | undefined {
  const { draw, options } = exchange
  const ready = readyCallers(exchange)
  if (ready.length < 2) return undefined
  const caller = chooseCaller(exchange, ready)
  if (kind === 'inbound') {
    const carrier = draw.pick(options.carriers)
    const from = draw.pick(domesticNumbers)
    return carrier.call({ from, fromName: '', to: caller.did, talkMs, tone: '850' })
  }
  if (kind === 'domestic') return options.phones.call(caller, asDialled(draw.pick(domesticNumbers)), talkMs)
  if (kind === 'international') return options.phones.call(caller, asDialled(draw.pick(internationalNumbers)), talkMs)
  const others = ready.filter((phone) => phone.user !== caller.user)
  const colleagues = others.filter((phone) => phone.tenantId === caller.tenantId)
  const isColleague = colleagues.length > 0 && draw.chance(70)
  const callee = draw.pick(isColleague ? colleagues : others)
  return options.phones.call(caller, isColleague ? callee.extension : asDialled(callee.did), talkMs)
}

/** Working days have many calls, weekends few; a day takes six seconds, a call one to four. */
function playMonth(exchange: Exchange): boolean {
  if (exchange.monthDay > 0) return false
  const { clock } = exchange.options
  exchange.monthDay = 1
  const playDay = (): void => {
    const isWeekend = exchange.monthDay % 7 === 6 || exchange.monthDay % 7 === 0
    const count = isWeekend ? exchange.draw.between(1, 4) : exchange.draw.between(10, 18)
    for (let at = 0; at < count; at++) {
      exchange.queue.push({ kind: drawKind(exchange.draw), talkMs: exchange.draw.between(1000, 4000) })
    }
  }
  const timer = clock.every(DAY_MS, () => {
    // Stopped by hand, or over.
    if (exchange.monthDay === 0 || exchange.monthDay >= MONTH_DAYS) {
      exchange.monthDay = 0
      timer.stop()
      exchange.timers.delete(timer)
      return
    }
    exchange.monthDay++
    playDay()
  })
  exchange.timers.add(timer)
  playDay()
  return true
}
