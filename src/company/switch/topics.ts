/** What `signal` tells the other processes about calls and phones. */

import { eventTopic, requestTopic } from '../../platform/bus/index.ts'
import type { Place } from './directory/directory.ts'
import type { Question, Reply } from './services/service.ts'

/** A call in progress, as the live pages show it. */
export type LiveCall = {
  readonly callId: string
  readonly state: 'setting_up' | 'ringing' | 'talking' | 'announcing' | 'ended'
  /** Customers that take part: who may see it. */
  readonly tenantIds: readonly string[]
  readonly personIds: readonly string[]
  readonly from: string
  readonly fromName: string
  readonly to: string
  readonly toName: string
  /** What a carrier's signature says of the caller; undefined where none is asked for. */
  readonly verstat: string | undefined
  readonly class: string
  readonly carrierId: string | undefined
  readonly startedAt: number
  readonly answeredAt: number | undefined
  /** Nanos per minute are not known here; what is reserved so far, in micros, and its currency. */
  readonly reservedMicros: bigint | undefined
  readonly currency: string | undefined
}

/** A phone as the registrar sees it. */
export type LiveBinding = {
  readonly sipUser: string
  readonly contact: string
  readonly protocol: string
  readonly source: string
  readonly userAgent: string
  readonly expiresAt: number
}

/** Somebody dialled 911, and where he is as far as it is known. */
export type EmergencyCall = {
  readonly callId: string
  /** Undefined of a caller who has no phone here any more. */
  readonly tenantId: string | undefined
  readonly number: string
  readonly name: string
  readonly dialled: string
  readonly at: number
  /** The number that the centre calls back, and the address that it was sent. */
  readonly numberId: string | undefined
  readonly place: Place | undefined
}

export const emergencyCalled = eventTopic<EmergencyCall>('signal.emergencyCalled')

/** Whether a carrier answers, and what it carries. */
export type CarrierHealth = {
  readonly carrierId: string
  readonly name: string
  readonly state: 'unknown' | 'up' | 'down'
  /** Since when, in epoch milliseconds. */
  readonly changedAt: number | undefined
  /** What was last seen of it: a status, `call`, `timeout`, `transport`, `no address`. */
  readonly detail: string
  /** Of its last answered ping. */
  readonly latencyMs: number | undefined
  /** Legs that it carries now. */
  readonly calls: number
  /** Whether it knows where we are; undefined where it need not. */
  readonly registration?: 'waiting' | 'registered' | 'failed' | undefined
}

export const carrierHealth = requestTopic<Record<string, never>, readonly CarrierHealth[]>('signal.carrierHealth')
export const carrierChanged = eventTopic<CarrierHealth>('signal.carrierChanged')
export const liveCalls = requestTopic<Record<string, never>, readonly LiveCall[]>('signal.liveCalls')
export const liveBindings = requestTopic<Record<string, never>, readonly LiveBinding[]>('signal.liveBindings')
/** Ends a call as the operator's "hang up" does; false when it is not there any more. */
export const endLiveCall = requestTopic<{ callId: string }, boolean>('signal.endCall')
/** Somebody left a message: `office` finds it in the folder of messages that were left. */
export const messageLeft = eventTopic<{ readonly id: string }>('signal.messageLeft')
/** What a service asks the office while a caller listens. */
export const askMailbox = requestTopic<Question, Reply>('office.askMailbox')
/** How many messages wait, from office: of every mailbox that has any. */
export const mailboxCounts = requestTopic<Record<string, never>, readonly MailboxCount[]>('office.mailboxCounts')
/** The count of a mailbox changed. */
export const mailboxChanged = eventTopic<MailboxCount>('office.mailboxChanged')
export type MailboxCount = { readonly extensionId: string; readonly fresh: number; readonly old: number }
/** Writes what is still in memory of the trace; true when it is on disk. */
export const flushTrace = requestTopic<Record<string, never>, boolean>('signal.flushTrace')
/** A registration began, ended, or goes on in another way: what a stolen password looks like, among much else. */
export type RegistrationChanged = {
  readonly kind: 'registered' | 'changed' | 'removed' | 'expired' | 'disconnected'
  readonly at: number
  readonly tenantId: string | undefined
  readonly sipUser: string
  readonly contact: string
  readonly protocol: string
  readonly source: string
  readonly userAgent: string
  /** What it was before, of a registration that goes on with another program or from another address. */
  readonly before: { readonly source: string; readonly userAgent: string } | undefined
}
export const registrationChanged = eventTopic<RegistrationChanged>('signal.registration')

/** What the shield does at this moment. */
export type ShieldReport = {
  /** Requests that were not let in since the start, by reason. */
  readonly refusals: readonly { readonly reason: string; readonly count: number }[]
  /** Sources that get no answer now. */
  readonly shed: readonly {
    readonly address: string
    readonly reason: string
    readonly since: number
    readonly until: number
    readonly unanswered: number
  }[]
  /** Level 0 takes everything, 3 next to nothing new; the share of new requests that is taken. */
  readonly overload: { readonly level: number; readonly share: number; readonly busy: number; readonly lagMs: number }
}
export const shieldReport = requestTopic<Record<string, never>, ShieldReport>('signal.shield')
export const callChanged = eventTopic<LiveCall>('signal.callChanged')
