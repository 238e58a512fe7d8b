/**
 * The smallest switch that the network modules make: phones register with digest, one leg is glued to
 * another through the media relay. No customer, no money: what fails here is the network's own fault.
 */

import { createHash } from 'node:crypto'
import { silentLog, systemClock } from '../../src/base/index.ts'
import { createDgramBackend, loadPrompts, type DgramBackend, type MediaEvent } from '../../src/network/media/index.ts'
import {
  createDigestServer,
  createEndpoint,
  createRegistrar,
  parseUri,
  type IncomingInvite,
  type Registrar,
  type SipEndpoint,
  type SipEvents,
} from '../../src/network/sip/index.ts'
import { createSockets, machineHashes } from '../../src/network/transport/index.ts'

export type SmallSwitch = {
  readonly sip: SipEndpoint
  readonly registrar: Registrar
  readonly media: DgramBackend
  readonly port: number
  readonly mediaEvents: readonly MediaEvent[]
  /** Calls that were answered so far. */
  answered(): number
  close(): Promise<void>
}

export type SmallSwitchOptions = {
  readonly rtpPorts: { readonly first: number; readonly end: number }
  /** Password of each user. */
  readonly passwords: ReadonlyMap<string, string>
  /** Users whose calls need no password: a trunk known by its address. */
  readonly trusted?: ReadonlySet<string>
  readonly port?: number
}

const REALM = 'small-switch'
const ADDRESS = '127.0.0.1'

type Glue = {
  readonly callId: string
  readonly a: string
  readonly b: string
  /** Our answer to the caller, once there is one. */
  answer: string | undefined
}

/** Glues the legs of calls through the relay. */
class Gluer {
  readonly #glued = new Map<string, Glue>()
  readonly #media: DgramBackend
  readonly #sip: () => SipEndpoint
  answered = 0
  #calls = 0

  constructor(media: DgramBackend, sip: () => SipEndpoint) {
    this.#media = media
    this.#sip = sip
  }

  async connect(invite: IncomingInvite, binding: { flow: IncomingInvite['flow']; contact: string }): Promise<void> {
    const glue: Glue = { callId: `call-${++this.#calls}`, a: invite.legId, b: `${invite.legId}-b`, answer: undefined }
    const offer = await this.#media.offer({
      callId: glue.callId,
      fromLeg: 'a',
      toLeg: 'b',
      sdp: invite.sdp ?? '',
      signalAddress: invite.flow.remote.address,
    })
    const sip = this.#sip()
    if (!offer.ok) return sip.hangup(glue.a, { status: 488 })
    this.#glued.set(glue.a, glue)
    this.#glued.set(glue.b, glue)
    const from = invite.request.from!.uri.user
    sip.invite({
      legId: glue.b,
      nextHop: { flow: binding.flow },
      target: binding.contact,
      from: `<sip:${from}@${REALM}>`,
      to: `<${binding.contact}>`,
      sdp: offer.value,
    })
  }

  refuse(legId: string): void {
    this.#sip().hangup(legId, { status: 404 })
  }

  progress(legId: string, status: number): void {
    const glue = this.#glued.get(legId)
    if (glue) this.#sip().answer(glue.a, status)
  }

  async answer(legId: string, sdp: string | undefined): Promise<void> {
    const glue = this.#glued.get(legId)
    if (!glue) return
    const answer = await this.#media.answer({ callId: glue.callId, fromLeg: 'b', toLeg: 'a', sdp: sdp ?? '' })
    if (!answer.ok) return this.#sip().hangup(glue.b)
    glue.answer = answer.value
    this.answered++
    this.#sip().answer(glue.a, 200, { sdp: answer.value })
  }

  ended(legId: string, status: number): void {
    const glue = this.#glued.get(legId)
    if (!glue) return
    this.#glued.delete(legId)
    const other = legId === glue.a ? glue.b : glue.a
    this.#sip().hangup(other, { status: status >= 300 ? status : 480 })
    if (!this.#glued.has(other)) void this.#media.release(glue.callId)
  }
}

/** Starts one on loopback. */
export async function startSmallSwitch(options: SmallSwitchOptions): Promise<SmallSwitch> {
  const clock = systemClock({ keepAlive: true })
  const mediaEvents: MediaEvent[] = []
  const media = createDgramBackend({
    address: ADDRESS,
    ports: options.rtpPorts,
    prompts: loadPrompts(),
    clock,
    onEvent: (event) => void mediaEvents.push(event),
  })
  const registrar = createRegistrar({
    clock,
    events: { onRegistered() {}, onUnregistered() {} },
    onError(error) {
      throw error
    },
  })
  const glue = new Gluer(media, () => sip)
  const sip = createEndpoint({
    transport: createSockets({ listen: { address: ADDRESS, port: options.port ?? 0 }, clock, log: silentLog }),
    events: eventsOf(options, registrar, glue),
    clock,
    log: silentLog,
    hashes: machineHashes,
    product: 'small',
  })
  const opened = await sip.open()
  if (!opened.ok) throw new Error(opened.failure.message)
  return {
    sip,
    registrar,
    media,
    port: opened.value[0]!.local.port,
    mediaEvents,
    answered: () => glue.answered,
    async close() {
      registrar.close()
      await sip.close()
      await media.close()
    },
  }
}

function eventsOf(options: SmallSwitchOptions, registrar: Registrar, glue: Gluer): SipEvents {
  const digest = createDigestServer({
    realm: REALM,
    clock: systemClock(),
    hashes: machineHashes,
    ha1(user, realm, algorithm) {
      const password = options.passwords.get(user)
      const name = algorithm === 'MD5' ? 'md5' : 'sha256'
      return password && createHash(name).update(`${user}:${realm}:${password}`).digest('hex')
    },
  })
  return {
    admitInvite(request, flow) {
      if (options.trusted?.has(request.from?.uri.user ?? '')) return 'accept'
      const verdict = digest.authenticate(request, flow)
      return verdict.ok ? 'accept' : verdict.reply
    },
    onInvite(invite) {
      const callee = parseUri(invite.request.uri)?.user ?? ''
      const [binding] = registrar.bindings(callee)
      if (binding) void glue.connect(invite, binding)
      else glue.refuse(invite.legId)
    },
    onProgress: (legId, status) => glue.progress(legId, status),
    onAnswered: (legId, sdp) => void glue.answer(legId, sdp),
    onConfirmed() {},
    onReinvite() {},
    onReinviteDone() {},
    onInfo() {},
    onEnded: (legId, end) => glue.ended(legId, end.status),
    onRequest(request, flow) {
      if (request.method !== 'REGISTER') return { status: 200 }
      const verdict = digest.authenticate(request, flow)
      return verdict.ok ? registrar.register(verdict.user, request, flow) : verdict.reply
    },
  }
}
