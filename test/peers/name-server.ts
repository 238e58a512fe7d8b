/** A name server of ours on loopback, over UDP and TCP: says what a test puts into its zone, notes what is asked. */

import packet, { type Answer, type Packet } from 'dns-packet'
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

export type NameServer = {
  readonly address: { readonly address: string; readonly port: number }
  /** Replaces the zone: answers by `TYPE name`, in lower case. */
  setZone(zone: Zone): void
  /** What was asked so far, as `TYPE name`. */
  readonly asked: string[]
  close(): Promise<void>
}

/** Records of a question, or how it fails: not at all, with SERVFAIL, or cut so that TCP is needed. */
export type Zone = Readonly<
  Record<string, readonly Answer[] | 'silence' | 'servfail' | { readonly cut: readonly Answer[] }>
>

const AUTHORITATIVE = 0x0400
const TRUNCATED = 0x0200
const SERVFAIL = 2
const NXDOMAIN = 3

/** Starts a name server on a free port. */
export async function startNameServer(first: Zone): Promise<NameServer> {
  let zone = first
  const asked: string[] = []
  const reply = (query: Packet, isStream: boolean): Parameters<typeof packet.encode>[0] | undefined => {
    const [question] = query.questions ?? []
    if (!question) return undefined
    const key = `${question.type} ${question.name.toLowerCase()}`
    asked.push(key)
    const said = zone[key]
    if (said === 'silence') return undefined
    const base = { id: query.id ?? 0, type: 'response' as const, questions: [question] }
    if (said === 'servfail') return { ...base, flags: SERVFAIL }
    if (said === undefined) return { ...base, flags: AUTHORITATIVE | NXDOMAIN }
    if (!('cut' in said)) return { ...base, flags: AUTHORITATIVE, answers: [...said] }
    return isStream
      ? { ...base, flags: AUTHORITATIVE, answers: [...said.cut] }
      : { ...base, flags: AUTHORITATIVE | TRUNCATED }
  }
  const udp = createSocket('udp4')
  udp.on('message', (bytes, { port, address }) => {
    const said = reply(packet.decode(bytes), false)
    if (said) udp.send(packet.encode(said), port, address)
  })
  const tcp = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (bytes: Buffer) => {
      const said = reply(packet.streamDecode(bytes), true)
      if (said) socket.end(packet.streamEncode(said))
    })
  })
  await new Promise<void>((settle) => void tcp.listen(0, '127.0.0.1', settle))
  const place = tcp.address()
  const port = typeof place === 'object' && place ? place.port : 0
  await new Promise<void>((settle) => void udp.bind(port, '127.0.0.1', settle))
  return {
    address: { address: '127.0.0.1', port },
    asked,
    setZone(next) {
      zone = next
    },
    async close() {
      await new Promise<void>((settle) => udp.close(() => settle()))
      await new Promise<void>((settle) => void tcp.close(() => settle()))
    },
  }
}
