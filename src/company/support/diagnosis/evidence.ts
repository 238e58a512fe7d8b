/** What is known of a call when somebody complains of it: its record, its SIP messages, what its media counted. */

export type CallFacts = {
  readonly direction: 'outbound' | 'inbound' | 'internal'
  readonly class: string
  readonly from: string
  readonly to: string
  readonly startedAt: number
  readonly ringingAt: number | null
  readonly answeredAt: number | null
  readonly endedAt: number
  readonly endedBy: 'caller' | 'callee' | 'system'
  readonly hangupCause: string
  readonly sipStatus: number
  readonly estimated: boolean
}

/** One message of the trace, in the order of time. */
export type SeenMessage = {
  readonly at: number
  readonly direction: 'in' | 'out'
  /** `address:port` of the far side. */
  readonly remote: string
  /** SIP Call-ID of its leg. */
  readonly leg: string
  readonly text: string
}

/** What the media process counted of one leg. */
export type LegMedia = {
  readonly legId: string
  readonly packetsIn: number
  readonly packetsOut: number
  readonly lost: number
  readonly jitterMs: number
  /** From another address than the one that was agreed. */
  readonly dropped: number
  readonly codec?: string | undefined
}

export type Evidence = {
  readonly call: CallFacts
  /** Empty when nothing was kept of it. */
  readonly messages: readonly Message[]
  /** Caller's leg first; empty when nothing was counted. */
  readonly media: readonly LegMedia[]
}

/** A message with what rules ask of it. */
export type Message = SeenMessage & {
  /** Method of a request; '' for a response. */
  readonly method: string
  /** Status of a response; 0 for a request. */
  readonly status: number
  readonly reason: string
  /** Method that a response answers. */
  readonly about: string
  readonly cseq: number
  readonly sdp: string
}

/** Reads what rules ask of a message. */
export function readMessage(seen: SeenMessage): Message {
  const { text } = seen
  const line = text.slice(0, Math.max(0, text.indexOf('\r\n')))
  const response = /^SIP\/2\.0 (\d{3}) ?(.*)$/.exec(line)
  const [number = '0', about = ''] = /\ncseq[ \t]*:[ \t]*(\d+)[ \t]+(\S+)/i.exec(text)?.slice(1) ?? []
  const body = text.indexOf('\r\n\r\n')
  const hasSdp = /\r\n(?:content-type|c)[ \t]*:[ \t]*application\/sdp/i.test(text)
  return {
    ...seen,
    method: response ? '' : line.split(' ', 1)[0]!,
    status: response ? Number(response[1]) : 0,
    reason: response?.[2] ?? '',
    about,
    cseq: Number(number),
    sdp: hasSdp && body >= 0 ? text.slice(body + 4) : '',
  }
}

/** A header's value; '' when it is not there. */
export function headerOf({ text }: SeenMessage, name: string): string {
  return new RegExp(String.raw`\n${name}[ \t]*:[ \t]*([^\r\n]*)`, 'i').exec(text)?.[1]?.trim() ?? ''
}

/** The address to which an SDP asks for audio; '' when it names none. */
export function mediaAddressOf({ sdp }: Message): string {
  const audio = sdp.slice(Math.max(0, sdp.indexOf('m=audio')))
  const own = /\nc=IN IP[46] (\S+)/.exec(audio)?.[1]
  return own ?? /(?:^|\n)c=IN IP[46] (\S+)/.exec(sdp)?.[1] ?? ''
}

/** Addresses that nobody outside a site can send to (RFC 1918 §3, RFC 6598 §7, RFC 3927, RFC 4193). */
export function isPrivateAddress(address: string): boolean {
  if (/^(10\.|192\.168\.|169\.254\.|127\.)/.test(address)) return true
  const [, a = '0', b = '0'] = /^(\d+)\.(\d+)\./.exec(address) ?? []
  if (a === '172' && Number(b) >= 16 && Number(b) <= 31) return true
  if (a === '100' && Number(b) >= 64 && Number(b) <= 127) return true
  return /^(f[cd]|fe80)/i.test(address)
}

/** The legs of a call by their first message: the caller's comes in, the others go out. */
export function legsOf(messages: readonly Message[]): {
  readonly caller: string | undefined
  readonly far: readonly string[]
} {
  const invites = messages.filter(({ method }) => method === 'INVITE')
  const first = new Map<string, Message>()
  for (const invite of invites) if (!first.has(invite.leg)) first.set(invite.leg, invite)
  const all = [...first.values()]
  return {
    caller: all.find(({ direction }) => direction === 'in')?.leg,
    far: all.filter(({ direction }) => direction === 'out').map(({ leg }) => leg),
  }
}
