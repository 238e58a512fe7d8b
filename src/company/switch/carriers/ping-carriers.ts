/** Asks every carrier from time to time whether it is there (OPTIONS, RFC 3261 §11), each at a moment of its own. */

import type { Clock } from '../../../base/index.ts'
import { writeSipUri, type Credentials, type RequestCommand, type RequestOutcome } from '../../../network/sip/index.ts'
import type { Hop } from '../../../network/transport/index.ts'
import type { CarrierHealthKeeper } from './carrier-health.ts'
import type { Carrier, Directory } from '../directory/directory.ts'

const TICK_MS = 1000
const PING_SECONDS = 30
/** Nobody is asked in the first seconds of ours. */
const QUIET_MS = 10_000
/** A carrier that is not up is asked more often. */
const SUSPECT_SECONDS = 10
/** No answer by then counts; one that comes later counts too. */
const PATIENCE_MS = 4000

type Asked = { dueAt: number; sentAt: number | undefined; hasFailed: boolean; hop?: Hop }

export type PingParts = {
  readonly clock: Clock
  readonly host: string
  readonly directory: () => Directory
  readonly health: CarrierHealthKeeper
  /** Where a carrier is reached now; undefined when its name leads nowhere. */
  readonly nextHop: (carrier: Carrier) => Hop | undefined
  /** What a carrier's challenges are answered with. */
  readonly credentialsFor?: (carrier: Carrier) => Credentials | undefined
  /** What a ping saw of a place. */
  readonly onPlace?: (hop: Hop, isAlive: boolean) => void
  readonly send: (command: RequestCommand, onDone: (outcome: RequestOutcome) => void) => void
}

/** A number below `end` that belongs to an id: pings of many carriers are spread, and stay where they are. */
function phaseOf(id: string, end: number): number {
  let sum = 0
  for (let at = 0; at < id.length; at++) sum = (sum * 31 + id.charCodeAt(at)) % 1_000_003
  return sum % end
}

/** Begins to ask; returns the end of it. */
export function pingCarriers(parts: PingParts): () => void {
  const { clock, health } = parts
  const startedAt = clock.monotonic()
  const asked = new Map<string, Asked>()
  const look = (carrier: Carrier, isSuspect: boolean): void => {
    const now = clock.monotonic()
    const periodMs = (carrier.pingSeconds ?? PING_SECONDS) * 1000
    const first = startedAt + QUIET_MS + phaseOf(carrier.id, periodMs)
    const one = asked.get(carrier.id) ?? { dueAt: first, sentAt: undefined, hasFailed: false }
    asked.set(carrier.id, one)
    if (one.sentAt !== undefined) {
      if (now - one.sentAt < PATIENCE_MS) return
      Object.assign(one, { sentAt: undefined, hasFailed: true })
      if (one.hop) parts.onPlace?.(one.hop, false)
      health.note({ carrierId: carrier.id, isAlive: false, detail: 'timeout' })
    }
    if (now < one.dueAt) return
    one.dueAt = now + (isSuspect || one.hasFailed ? Math.min(periodMs, SUSPECT_SECONDS * 1000) : periodMs)
    ask(parts, carrier, one)
  }
  const timer = clock.every(TICK_MS, () => {
    const states = new Map(health.view().map((one) => [one.carrierId, one.state]))
    const carriers = parts.directory().carriers()
    for (const id of asked.keys()) if (!states.has(id)) asked.delete(id)
    for (const carrier of carriers) look(carrier, states.get(carrier.id) !== 'up')
  })
  return () => timer.stop()
}

/** Any answer proves life, but 503 and 408: those say that nobody is behind it. */
const provesLife = (status: number): boolean => status !== 503 && status !== 408

function ask(
  { clock, host, health, nextHop, onPlace, credentialsFor, send }: PingParts,
  carrier: Carrier,
  one: Asked,
): void {
  const hop = nextHop(carrier)
  const carrierId = carrier.id
  if (!hop) return health.note({ carrierId, isAlive: false, detail: 'no address' })
  const sentAt = clock.monotonic()
  one.sentAt = sentAt
  one.hop = hop
  const target = writeSipUri({ host: carrier.host, ...(carrier.port === undefined ? {} : { port: carrier.port }) })
  const own = `<${writeSipUri({ user: 'ping', host })}>`
  const credentials = credentialsFor?.(carrier)
  const proof = credentials ? { credentials } : {}
  send({ nextHop: hop, method: 'OPTIONS', target, from: own, to: `<${target}>`, ...proof }, ({ status, response }) => {
    // Silence was counted when patience was over; an answer that comes later is one all the same.
    const isLate = one.sentAt !== sentAt
    if (!isLate) one.sentAt = undefined
    const isAlive = response !== undefined && provesLife(status)
    const detail = response ? String(status) : status === 408 ? 'timeout' : 'transport'
    if (isLate && !isAlive) return
    one.hasFailed = !isAlive
    onPlace?.(hop, isAlive)
    const latencyMs = Math.round(clock.monotonic() - sentAt)
    health.note({ carrierId, isAlive, detail, ...(isAlive ? { latencyMs } : {}) })
  })
}
