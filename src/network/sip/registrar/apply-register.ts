/** What a REGISTER does to the bindings of one address of record (RFC 3261 §10.3), as a pure function. */

import type { Flow } from '../../transport/index.ts'
import type { Reply } from '../endpoint.ts'
import { parseDigits } from '../message/characters.ts'
import { ownText } from '../message/characters.ts'
import { header } from '../message/header-names.ts'
import type { SipMessage } from '../message/message.ts'
import type { Headers } from '../message/write.ts'
import { parseNameAddr, type NameAddr } from '../name-addr.ts'
import { findParameter } from '../parameters.ts'
import { parsePreference, replaces, type Binding } from './binding.ts'

export type RegistrarLimits = {
  readonly minExpiresSeconds: number
  readonly maxExpiresSeconds: number
  readonly defaultExpiresSeconds: number
  /** Most contacts of one address of record. */
  readonly bindingsMax: number
}

export const defaultRegistrarLimits: RegistrarLimits = {
  minExpiresSeconds: 60,
  maxExpiresSeconds: 3600,
  defaultExpiresSeconds: 3600,
  bindingsMax: 10,
}

export type Registration = {
  /** The bindings afterwards; the same list when nothing was allowed to change. */
  readonly bindings: readonly Binding[]
  readonly reply: NonNullable<Reply>
}

type Wish = { readonly binding: Binding; readonly seconds: number }

const EXPIRES_MAX = 2 ** 32 - 1

/** Applies a REGISTER that was authenticated before; either all of its contacts change or none. */
export function applyRegister(
  before: readonly Binding[],
  request: SipMessage,
  flow: Flow,
  settings: { now: number; limits: RegistrarLimits },
): Registration {
  const { now, limits } = settings
  const live = before.filter((binding) => binding.expiresAt > now)
  const refuse = (status: number, headers?: Headers): Registration => {
    return { bindings: live, reply: headers ? { status, headers } : { status } }
  }
  const lacking = outboundFault(request)
  if (lacking !== undefined) return refuse(lacking)
  const contacts = request.items(header.contact)
  if (contacts.length === 0) return { bindings: live, reply: listing(live, now) }
  if (contacts.includes('*')) {
    // RFC 3261 §10.2.2: the star stands alone and only with an expiry of zero.
    if (contacts.length > 1 || request.integer(header.expires, EXPIRES_MAX) !== 0) return refuse(400)
    const kept = live.filter((binding) => isOutOfOrder(request, binding))
    return { bindings: kept, reply: listing(kept, now) }
  }
  const wishes: Wish[] = []
  for (const contact of contacts) {
    const parsed = parseNameAddr(contact)
    if (!parsed || parsed.uri.host === '') return refuse(400)
    const seconds = expiresOf(parsed, request, limits)
    if (seconds > 0 && seconds < limits.minExpiresSeconds) {
      return refuse(423, [['Min-Expires', String(limits.minExpiresSeconds)]])
    }
    wishes.push({ binding: bindingOf(parsed, request, flow, now, seconds), seconds })
  }
  let bindings = live
  for (const { binding, seconds } of wishes) {
    if (bindings.some((old) => replaces(binding, old) && isOutOfOrder(request, old))) return refuse(500)
    bindings = bindings.filter((old) => !replaces(binding, old))
    if (seconds > 0) bindings = [...bindings, binding]
  }
  // A full list gives up its oldest contact: that is the one whose phone lost its memory.
  if (bindings.length > limits.bindingsMax) bindings = bindings.slice(bindings.length - limits.bindingsMax)
  return { bindings, reply: withFlowHeaders(listing(bindings, now), request, flow) }
}

/** RFC 3261 §10.3 step 7: within one Call-ID, only a higher CSeq may change a binding. */
function isOutOfOrder(request: SipMessage, old: Binding): boolean {
  return old.callId === request.callId && (request.cseq?.number ?? 0) <= old.cseq
}

/** The contact's own `expires` beats the header; nonsense is the default (RFC 3261 §10.2.1.1). */
function expiresOf(contact: NameAddr, request: SipMessage, limits: RegistrarLimits): number {
  const own = findParameter(contact.params, 'expires')
  const asked = own === undefined ? request.integer(header.expires, EXPIRES_MAX) : parseDigits(own, EXPIRES_MAX)
  if (asked === undefined) return limits.defaultExpiresSeconds
  return asked < 0 ? limits.defaultExpiresSeconds : Math.min(asked, limits.maxExpiresSeconds)
}

function bindingOf(contact: NameAddr, request: SipMessage, flow: Flow, now: number, seconds: number): Binding {
  return {
    contact: ownText(contact.uriText),
    flow,
    expiresAt: now + seconds * 1000,
    registeredAt: now,
    preference: parsePreference(findParameter(contact.params, 'q')),
    callId: ownText(request.callId),
    cseq: request.cseq?.number ?? 0,
    instance: ownParameter(contact, '+sip.instance'),
    regId: ownParameter(contact, 'reg-id'),
    userAgent: ownText((request.header('User-Agent') ?? '').slice(0, 200)),
    ...pathOf(request),
  }
}

const PATH_MAX = 10
const PATH_BYTES_MAX = 2000

function pathOf(request: SipMessage): { readonly path?: readonly string[] } {
  const path = request.items(header.path)
  return path.length > 0 ? { path: path.map(ownText) } : {}
}

function ownParameter(contact: NameAddr, name: string): string | undefined {
  const value = findParameter(contact.params, name)
  return value === undefined ? undefined : ownText(value)
}

/** Whether a phone asks that its flow be kept and used (RFC 5626 §6): an instance, a reg-id, and support for it. */
function asksForOutbound(request: SipMessage): boolean {
  const supported = request.items(header.supported).map((tag) => tag.toLowerCase())
  if (!supported.includes('outbound')) return false
  return request.items(header.contact).some((contact) => {
    const params = parseNameAddr(contact)?.params ?? ''
    return findParameter(params, 'reg-id') !== undefined && findParameter(params, '+sip.instance') !== undefined
  })
}

/** 400 for a path that nobody can have; 439 when the first proxy keeps no flows (RFC 5626 §11.6). */
function outboundFault(request: SipMessage): number | undefined {
  const path = request.items(header.path)
  const isReadable = path.every((one) => parseNameAddr(one)?.uri.host)
  if (path.length > PATH_MAX || path.join().length > PATH_BYTES_MAX || !isReadable) return 400
  const first = path.at(-1)
  const keepsFlows = first === undefined || hasFlag(parseNameAddr(first)?.uri.params ?? '', 'ob')
  return asksForOutbound(request) && !keepsFlows ? 439 : undefined
}

function hasFlag(params: string, name: string): boolean {
  return params.split(';').some((one) => one.split('=', 1)[0]!.toLowerCase() === name)
}

/** A connection without a word for this long is taken for dead by its phone (RFC 5626 §4.4). */
const FLOW_TIMER_SECONDS = 120

/** What the path was, and that the flow is kept (RFC 3327 §5.3, RFC 5626 §6). */
function withFlowHeaders(reply: NonNullable<Reply>, request: SipMessage, flow: Flow): NonNullable<Reply> {
  const path = request.items(header.path).map((one): readonly [string, string] => ['Path', one])
  const kept: (readonly [string, string])[] = asksForOutbound(request) ? [['Require', 'outbound']] : []
  if (kept.length > 0 && flow.protocol !== 'udp') kept.push(['Flow-Timer', String(FLOW_TIMER_SECONDS)])
  return path.length + kept.length === 0 ? reply : { ...reply, headers: [...(reply.headers ?? []), ...path, ...kept] }
}

/** 200 with every binding and what is left of its time (RFC 3261 §10.3 step 8). */
function listing(bindings: readonly Binding[], now: number): NonNullable<Reply> {
  const headers = bindings.map((binding): readonly [string, string] => {
    const seconds = Math.max(0, Math.ceil((binding.expiresAt - now) / 1000))
    const q = binding.preference === 1000 ? '' : `;q=${(binding.preference / 1000).toFixed(3)}`
    const instance = binding.instance === undefined ? '' : `;+sip.instance="${binding.instance}"`
    const regId = binding.regId === undefined ? '' : `;reg-id=${binding.regId}`
    return ['Contact', `<${binding.contact}>${q};expires=${seconds}${instance}${regId}`]
  })
  return { status: 200, headers }
}
