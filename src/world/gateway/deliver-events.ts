/**
 * Hands the processor's events to the house as a real one does: signed, again and again until they are taken, and, when
 * told to, twice, in another order, or not at all.
 */

import { createHmac } from 'node:crypto'
import { messageOf, type Clock, type Log, type RandomBytes, type Timer } from '../../base/index.ts'
import type { GatewayEvent } from './gateway.ts'

export type DeliveryHabits = {
  /** Of a hundred events, how many are sent twice, late, or never. */
  readonly duplicated: number
  readonly delayed: number
  readonly lost: number
}

export type EventDelivery = {
  send(event: GatewayEvent): void
  setHabits(habits: DeliveryHabits): void
  /** Where events go, each to all of them; none are sent before. */
  setTargets(urls: readonly string[]): void
  /** Resolves when nothing is on its way. */
  settled(): Promise<void>
  close(): void
}

const ATTEMPTS = 6
const FIRST_RETRY_MS = 500
const LATE_MS = 3000
const WAITING_MAX = 1000
const ANSWER_MS = 5000

/** `t=...,v1=...` over the instant and the body, as the processor's SDK checks it. */
export function signatureOf(secret: string, body: string, epochMs: number): string {
  const t = Math.floor(epochMs / 1000)
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`
}

type Room = {
  readonly clock: Clock
  readonly log: Log
  readonly random: RandomBytes
  readonly secret: string
  readonly timers: Set<Timer>
  targets: readonly string[]
  onTheWay: number
  idle: (() => void)[]
}

/** Starts with good habits: each event once, at once. */
export function startDelivery(options: {
  readonly clock: Clock
  readonly log: Log
  readonly random: RandomBytes
  readonly secret: string
}): EventDelivery {
  const room: Room = { ...options, timers: new Set(), targets: [], onTheWay: 0, idle: [] }
  const waiting: GatewayEvent[] = []
  let habits: DeliveryHabits = { duplicated: 0, delayed: 0, lost: 0 }
  const hits = (of100: number): boolean => options.random(1)[0]! % 100 < of100
  const start = (event: GatewayEvent): void => {
    for (const target of room.targets) {
      room.onTheWay++
      if (hits(habits.delayed)) later(room, LATE_MS, () => void attempt(room, target, event, ATTEMPTS))
      else void attempt(room, target, event, ATTEMPTS)
    }
  }
  return {
    send(event) {
      if (room.targets.length === 0) {
        waiting.push(event)
        waiting.splice(0, waiting.length - WAITING_MAX)
        return
      }
      if (hits(habits.lost)) return
      start(event)
      if (hits(habits.duplicated)) start(event)
    },
    setHabits: (wanted) => void (habits = wanted),
    setTargets(urls) {
      room.targets = urls
      for (const event of waiting.splice(0)) start(event)
    },
    settled: () => (room.onTheWay === 0 ? Promise.resolve() : new Promise((resolve) => room.idle.push(resolve))),
    close() {
      for (const timer of room.timers) timer.stop()
      room.timers.clear()
    },
  }
}

function later({ clock, timers }: Room, delayMs: number, act: () => void): void {
  const timer = clock.after(delayMs, () => {
    timers.delete(timer)
    act()
  })
  timers.add(timer)
}

/** One try; what is not taken is tried again, each time after twice as long. */
async function attempt(room: Room, target: string, event: GatewayEvent, left: number): Promise<void> {
  const { clock, log, secret } = room
  const signature = signatureOf(secret, event.body, clock.now())
  let isTaken = false
  try {
    const answer = await fetch(target, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': signature },
      body: event.body,
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    await answer.arrayBuffer()
    isTaken = answer.ok
  } catch (thrown) {
    log.info('an event of the card processor was not taken', { reason: messageOf(thrown) })
  }
  if (!isTaken && left > 1) {
    later(room, FIRST_RETRY_MS * 2 ** (ATTEMPTS - left), () => void attempt(room, target, event, left - 1))
    return
  }
  if (--room.onTheWay > 0) return
  for (const resolve of room.idle) resolve()
  room.idle = []
}
