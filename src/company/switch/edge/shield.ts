/**
 * The shield before the door: who has proved nothing gets few answers, whoever looks for telephones or
 * passwords gets none. A good phone behind the same address keeps what it needs: it is known by its
 * own flow or by the address that it registered from, and has a bucket of its own.
 */

import type { Clock, RandomBytes } from '../../../base/index.ts'
import { createLeakyBuckets, type LeakyBuckets } from './leaky-buckets.ts'
import { networkOf } from './source-network.ts'

/**
 * What we know of who asks: `bound` has a live registration through this very flow; `neighbour` names a phone that
 * is registered from this address; `known` comes from an address that proved a password; `stranger` none of these.
 */
type Standing = 'bound' | 'neighbour' | 'known' | 'stranger'

export type Question = {
  readonly address: string
  /** The peer through its socket. */
  readonly flowId: string
  /** User part of whoever is named as the asker. */
  readonly user: string
  /** Whether such a phone exists. */
  readonly exists: boolean
  readonly standing: Standing
}

/** Why there is no answer: a flood, a search for telephones, or a search for a password. */
type ShieldReason = 'flood' | 'scan' | 'guessing'

type ShedSource = {
  readonly address: string
  readonly reason: ShieldReason
  /** Epoch milliseconds. */
  readonly since: number
  readonly until: number
  readonly unanswered: number
}

export type Shield = {
  /** Whether a question without proof may have an answer; otherwise the reason for silence. */
  mayAnswer(question: Question): ShieldReason | undefined
  /** A proof was wrong: whether even that may be told. */
  mayRefuse(question: Question): ShieldReason | undefined
  /** A proof was right: what its challenge had cost is given back. */
  proved(question: Question): void
  /** Sources that get silence now. */
  shed(): readonly ShedSource[]
  /** How many sources and flows are remembered. */
  size(): number
}

const KEYS_MAX = 50_000
const CHALLENGE_COST = 1
const WRONG_COST = 10
/** "A rule of 8 distinct AORs from one IP in 60 s fires on message 9, 1.07 s after the first REGISTER". */
const UNKNOWN_USERS_MAX = 8
/** So much of a name is remembered. */
const USER_MAX = 64
const WINDOW_MS = 60_000
const SHED_MS = 60_000
/** "A limit on password failures must act below about 20 per AOR; we take 8 per 10 min." */
const WRONG_MAX = 8
const WRONG_LEAK_PER_SECOND = WRONG_MAX / 600

type Source = {
  readonly users: Set<string>
  windowAt: number
  /** How many unknown users of this window are too many: drawn, so that nobody can count down to it. */
  readonly usersMax: number
  shed: { reason: ShieldReason; since: number; until: number; unanswered: number } | undefined
}

type Buckets = Readonly<Record<'flow' | 'neighbour' | 'known' | 'stranger' | 'network' | 'wrong', LeakyBuckets>>

/** Starts without memory. */
export function createShield(clock: Clock, random: RandomBytes): Shield {
  const bucket = (size: number, leakPerSecond: number): LeakyBuckets =>
    createLeakyBuckets(clock, { size, leakPerSecond }, KEYS_MAX)
  const buckets: Buckets = {
    flow: bucket(2000, 200),
    neighbour: bucket(50, 5),
    known: bucket(5000, 500),
    stranger: bucket(100, 10),
    network: bucket(400, 40),
    wrong: bucket(WRONG_MAX, WRONG_LEAK_PER_SECOND),
  }
  const sources = new Map<string, Source>()
  const sourceOf = (address: string): Source => {
    const found = sources.get(address)
    const now = clock.monotonic()
    if (found && (now - found.windowAt <= WINDOW_MS || isShed(found, now))) return found
    sources.delete(address)
    const usersMax = UNKNOWN_USERS_MAX - 2 + (random(1)[0]! % 3)
    const fresh: Source = { users: new Set(), windowAt: now, usersMax, shed: undefined }
    sources.set(address, fresh)
    if (sources.size > KEYS_MAX) sources.delete(sources.keys().next().value!)
    return fresh
  }
  const judge = (question: Question, cost: number): ShieldReason | undefined => {
    const own = ownBucket(question)
    if (own && take(buckets[own.name], own.key, cost)) return undefined
    const source = sourceOf(question.address)
    const now = clock.monotonic()
    if (isShed(source, now)) return stillShed(source, now)
    if (!buckets.wrong.fits(pairOf(question), 1)) {
      return question.standing === 'stranger' ? shedNow(source, 'guessing', now) : 'guessing'
    }
    if (!question.exists && source.users.size <= UNKNOWN_USERS_MAX) source.users.add(question.user.slice(0, USER_MAX))
    if (source.users.size > source.usersMax) return shedNow(source, 'scan', now)
    return takeShared(buckets, question, cost) ? undefined : shedNow(source, 'flood', now)
  }
  return {
    mayAnswer: (question) => judge(question, CHALLENGE_COST),
    mayRefuse(question) {
      const isCounted = take(buckets.wrong, pairOf(question), 1)
      return judge(question, WRONG_COST) ?? (isCounted ? undefined : 'guessing')
    },
    proved(question) {
      const own = ownBucket(question)
      if (own) buckets[own.name].giveBack(own.key, CHALLENGE_COST)
      const { address, standing } = question
      if (standing !== 'stranger') return buckets.known.giveBack(address, CHALLENGE_COST)
      buckets.stranger.giveBack(address, CHALLENGE_COST)
      buckets.network.giveBack(networkOf(address), CHALLENGE_COST)
    },
    shed: () => shedSources(sources, clock),
    size: () => sources.size + Object.values(buckets).reduce((sum, one) => sum + one.size(), 0),
  }
}

function isShed(source: Source, now: number): boolean {
  return source.shed !== undefined && source.shed.until > now
}

/** It lasts as long as the source goes on, and a minute longer. */
function stillShed(source: Source, now: number): ShieldReason {
  const shed = source.shed!
  shed.until = now + SHED_MS
  shed.unanswered++
  return shed.reason
}

function shedNow(source: Source, reason: ShieldReason, now: number): ShieldReason {
  source.shed = { reason, since: now, until: now + SHED_MS, unanswered: 1 }
  return reason
}

/** The bucket that a good phone shares with nobody, or only with whoever uses its name from its own address. */
function ownBucket(question: Question): { readonly name: 'flow' | 'neighbour'; readonly key: string } | undefined {
  if (question.standing === 'bound') return { name: 'flow', key: question.flowId }
  if (question.standing === 'neighbour') return { name: 'neighbour', key: pairOf(question) }
  return undefined
}

/** Whose password somebody tries from somewhere. */
function pairOf({ address, user }: Question): string {
  return `${address} ${user.slice(0, USER_MAX)}`
}

function take(buckets: LeakyBuckets, key: string, cost: number): boolean {
  const fits = buckets.fits(key, cost)
  if (fits) buckets.fill(key, cost)
  return fits
}

/** Strangers pay for themselves and for their network. */
function takeShared(buckets: Buckets, { address, standing }: Question, cost: number): boolean {
  if (standing !== 'stranger') return take(buckets.known, address, cost)
  const network = networkOf(address)
  if (!buckets.network.fits(network, cost)) return false
  if (!take(buckets.stranger, address, cost)) return false
  buckets.network.fill(network, cost)
  return true
}

function shedSources(sources: ReadonlyMap<string, Source>, clock: Clock): ShedSource[] {
  const epochMs = clock.now() - clock.monotonic()
  const now = clock.monotonic()
  return [...sources].flatMap(([address, source]) => {
    if (!source.shed || !isShed(source, now)) return []
    const { reason, since, until, unanswered } = source.shed
    return [{ address, reason, since: epochMs + since, until: epochMs + until, unanswered }]
  })
}
