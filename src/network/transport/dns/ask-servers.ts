/**
 * Asks the machine's name servers. Node's own resolver does not tell how long SRV and NAPTR records hold, so the
 * question is put here (RFC 1035 §4, over UDP, over TCP when the answer is cut); the codec is the package dns-packet.
 */

import packet, { type Answer as PacketAnswer, type DecodedPacket } from 'dns-packet'
import { createSocket } from 'node:dgram'
import { getServers, lookup } from 'node:dns'
import { connect, isIP } from 'node:net'
import { fail, messageOf, ok, type Clock, type RandomBytes, type Result } from '../../../base/index.ts'
import type { DnsFailure } from '../errors.ts'
import type { SocketAddress } from '../flow.ts'
import type { Answer, NaptrRecord, Resolver, SrvRecord } from './records.ts'

export type ServerOptions = {
  readonly clock: Clock
  readonly random: RandomBytes
  /** The machine's own (resolv.conf) when absent. */
  readonly servers?: readonly SocketAddress[]
  readonly timeoutMs?: number
}

type Kind = 'NAPTR' | 'SRV' | 'A' | 'AAAA'
type Question = { readonly id: number; readonly kind: Kind; readonly name: string }

const TIMEOUT_MS = 2000
const ROUNDS = 2
const ANSWER_BYTES_MAX = 65_535
/** How long a name's absence is believed when the answer says nothing about it (RFC 2308 §5). */
const ABSENT_SECONDS = 30
const TRUNCATED = 0x0200
const NO_SUCH_NAME = 3

/** A resolver that asks over the network, each question from a port of its own. */
export function askServers(options: ServerOptions): Resolver {
  const asked = async <Record>(
    kind: Kind,
    name: string,
    read: (answer: PacketAnswer) => Record | undefined,
  ): Promise<Result<Answer<Record>, DnsFailure>> => {
    const reply = await ask(options, kind, name)
    return reply.ok ? ok(answerOf(reply.value, read)) : reply
  }
  return {
    naptr: (name) => asked('NAPTR', name, naptrOf),
    srv: (name) => asked('SRV', name, srvOf),
    async addresses(name, family) {
      const type = family === 4 ? 'A' : 'AAAA'
      const answer = await asked(type, name, (one) => (one.type === type ? one.data : undefined))
      if (answer.ok && answer.value.records.length > 0) return answer
      // The machine's own table of hosts, which no name server knows.
      const own = await hostsOf(name, family)
      return own.length > 0 ? ok({ records: own, ttlSeconds: ABSENT_SECONDS }) : answer
    },
  }
}

function naptrOf(answer: PacketAnswer): NaptrRecord | undefined {
  if (answer.type !== 'NAPTR') return undefined
  const { order, preference, flags, services, replacement } = answer.data
  return { order, preference, flags, services, replacement }
}

function srvOf(answer: PacketAnswer): SrvRecord | undefined {
  if (answer.type !== 'SRV') return undefined
  const { priority = 0, weight = 0, port, target } = answer.data
  return { priority, weight, port, target: target === '' ? '.' : target }
}

function hostsOf(name: string, family: 4 | 6): Promise<readonly string[]> {
  return new Promise((settle) => {
    lookup(name, { all: true, family }, (error, found) => settle(error ? [] : found.map(({ address }) => address)))
  })
}

function answerOf<Record>(
  { answers = [], authorities = [] }: DecodedPacket,
  read: (answer: PacketAnswer) => Record | undefined,
): Answer<Record> {
  const records = answers.map(read).filter((record) => record !== undefined)
  const lives = answers.map((one) => ('ttl' in one ? (one.ttl ?? 0) : 0))
  if (records.length > 0) return { records, ttlSeconds: Math.min(...lives) }
  const start = authorities.find((one) => one.type === 'SOA')
  const absent = start ? Math.min(start.ttl ?? ABSENT_SECONDS, start.data.minimum ?? ABSENT_SECONDS) : ABSENT_SECONDS
  return { records, ttlSeconds: absent }
}

/** Asks one server after the other, twice; what says "no such name" has answered. */
async function ask(options: ServerOptions, kind: Kind, name: string): Promise<Result<DecodedPacket, DnsFailure>> {
  const servers = options.servers ?? getServers().map(serverOf)
  let trouble = 'no name server is configured'
  for (let round = 0; round < ROUNDS; round++) {
    for (const server of servers) {
      const id = new DataView(options.random(2).slice().buffer).getUint16(0)
      const question = { id, kind, name }
      let reply = await overUdp(options, server, question)
      if (typeof reply !== 'string' && (reply.flags ?? 0) & TRUNCATED) reply = await overTcp(options, server, question)
      const fault = typeof reply === 'string' ? reply : faultOf(reply)
      if (typeof reply !== 'string' && fault === undefined) return ok(reply)
      trouble = `${server.address}: ${fault}`
    }
  }
  return fail('dns.no_answer', `no name server answered for ${name} (${trouble}): check /etc/resolv.conf`)
}

/** NOERROR and NXDOMAIN are answers; SERVFAIL and the like are not (RFC 1035 §4.1.1). */
function faultOf({ flags = 0 }: DecodedPacket): string | undefined {
  const code = flags & 0xf
  return code === 0 || code === NO_SUCH_NAME ? undefined : `error ${code}`
}

function serverOf(text: string): SocketAddress {
  if (isIP(text) !== 0) return { address: text, port: 53 }
  const colon = text.lastIndexOf(':')
  return { address: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) }
}

function bytesOf({ id, kind, name }: Question): Parameters<typeof packet.encode>[0] {
  return { id, type: 'query', flags: packet.RECURSION_DESIRED, questions: [{ type: kind, name }] }
}

/** The reply when it is one to this question; undefined for anything else that may fly in. */
function replyTo({ id, kind, name }: Question, bytes: Buffer): DecodedPacket | undefined {
  try {
    const reply = packet.decode(bytes)
    const [question] = reply.questions ?? []
    const isOurs = reply.type === 'response' && reply.id === id && question?.type === kind
    return isOurs && question.name.toLowerCase() === name.toLowerCase() ? reply : undefined
  } catch {
    return undefined
  }
}

/** The reply, or what went wrong. */
function overUdp(options: ServerOptions, server: SocketAddress, question: Question): Promise<DecodedPacket | string> {
  return new Promise((settle) => {
    const socket = createSocket(server.address.includes(':') ? 'udp6' : 'udp4')
    const done = (outcome: DecodedPacket | string): void => {
      timer.stop()
      socket.removeAllListeners('message')
      socket.close(() => settle(outcome))
    }
    const timer = options.clock.after(options.timeoutMs ?? TIMEOUT_MS, () => done('no answer in time'))
    socket.once('error', (error) => done(messageOf(error)))
    socket.on('message', (bytes) => {
      const reply = replyTo(question, bytes)
      if (reply) done(reply)
    })
    // Connected: the kernel drops what comes from anybody else, and tells when nobody listens there.
    socket.connect(server.port, server.address, () => socket.send(packet.encode(bytesOf(question))))
  })
}

function overTcp(options: ServerOptions, server: SocketAddress, question: Question): Promise<DecodedPacket | string> {
  return new Promise((settle) => {
    const socket = connect({ host: server.address, port: server.port })
    let got = Buffer.alloc(0)
    const done = (outcome: DecodedPacket | string): void => {
      timer.stop()
      socket.destroy()
      settle(outcome)
    }
    const timer = options.clock.after(options.timeoutMs ?? TIMEOUT_MS, () => done('no answer in time'))
    socket.on('error', (error) => done(messageOf(error)))
    socket.on('close', () => done('connection closed'))
    socket.on('data', (chunk: Buffer) => {
      got = Buffer.concat([got, chunk])
      const wanted = got.length >= 2 ? got.readUInt16BE(0) : ANSWER_BYTES_MAX
      if (got.length >= wanted + 2)
        done(replyTo(question, got.subarray(2, wanted + 2)) ?? 'an answer to something else')
    })
    socket.write(packet.streamEncode(bytesOf(question)))
  })
}
