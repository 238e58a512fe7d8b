/** HEP3 (the HOMER encapsulation protocol, version 3): one datagram a message for a collector of captures. */

import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Endpoint, Log } from '../../base/index.ts'
import { addressBytes } from './pcap.ts'
import { readRecord, recordAt, type TracedMessage } from './record.ts'
import { callIdOf } from './find-messages.ts'

/** Kinds of chunks by their names in the specification. */
const hepChunk = {
  ipFamily: 1,
  ipProtocol: 2,
  sourceV4: 3,
  targetV4: 4,
  sourceV6: 5,
  targetV6: 6,
  sourcePort: 7,
  targetPort: 8,
  seconds: 9,
  microseconds: 10,
  payloadType: 11,
  agentId: 12,
  payload: 15,
  correlationId: 17,
} as const

const FAMILY_V4 = 2
const FAMILY_V6 = 10
const PAYLOAD_SIP = 1
const DATAGRAM_MAX = 65_000

function chunk(kind: number, value: Buffer): Buffer {
  const head = Buffer.alloc(6)
  head.writeUInt16BE(kind, 2)
  head.writeUInt16BE(6 + value.length, 4)
  return Buffer.concat([head, value])
}

function number(kind: number, bytes: 1 | 2 | 4, value: number): Buffer {
  const content = Buffer.alloc(bytes)
  content.writeUIntBE(value, 0, bytes)
  return chunk(kind, content)
}

/** Writes one message as a HEP3 packet. */
export function writeHep(message: TracedMessage, agentId: number): Buffer {
  const [from, to] = message.direction === 'in' ? [message.remote, message.local] : [message.local, message.remote]
  const wide = isIPv6(from.address) || isIPv6(to.address)
  const isStream = message.protocol !== 'udp'
  const callId = callIdOf(message.bytes.toString('latin1'))
  const chunks = [
    number(hepChunk.ipFamily, 1, wide ? FAMILY_V6 : FAMILY_V4),
    number(hepChunk.ipProtocol, 1, isStream ? 6 : 17),
    chunk(wide ? hepChunk.sourceV6 : hepChunk.sourceV4, addressBytes(from.address, wide)),
    chunk(wide ? hepChunk.targetV6 : hepChunk.targetV4, addressBytes(to.address, wide)),
    number(hepChunk.sourcePort, 2, from.port),
    number(hepChunk.targetPort, 2, to.port),
    number(hepChunk.seconds, 4, Math.floor(message.at / 1000) >>> 0),
    number(hepChunk.microseconds, 4, Math.min(999_999, Math.round((message.at % 1000) * 1000))),
    number(hepChunk.payloadType, 1, PAYLOAD_SIP),
    number(hepChunk.agentId, 4, agentId),
    ...(callId === '' ? [] : [chunk(hepChunk.correlationId, Buffer.from(callId, 'latin1'))]),
    chunk(hepChunk.payload, message.bytes),
  ]
  const body = Buffer.concat(chunks)
  const head = Buffer.alloc(6)
  head.write('HEP3', 0, 'latin1')
  head.writeUInt16BE(6 + body.length, 4)
  return Buffer.concat([head, body])
}

export type HepSender = {
  /** Sends the messages of a chunk of the trace; what the network loses is lost. */
  send(chunk: Buffer): void
  close(): Promise<void>
}

/** Sends to a collector over UDP; its name is looked up by the system. */
export function openHepSender(
  collector: Endpoint,
  options: { readonly agentId: number; readonly log: Log },
): HepSender {
  const socket = createSocket(collector.host.includes(':') ? 'udp6' : 'udp4')
  let isWarned = false
  const warn = (error: unknown): void => {
    if (!isWarned) options.log.warn('the HEP collector cannot be reached', { error })
    isWarned = true
  }
  socket.on('error', warn)
  socket.unref()
  return {
    send(bytes) {
      for (let at = 0, record = recordAt(bytes, at); record; at = record.end, record = recordAt(bytes, at)) {
        const packet = writeHep(readRecord(bytes, at), options.agentId)
        if (packet.length > DATAGRAM_MAX) continue
        socket.send(packet, collector.port, collector.host, (error) => error && warn(error))
      }
    },
    close: () => new Promise((settle) => socket.close(() => settle())),
  }
}
