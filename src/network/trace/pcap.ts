/**
 * A trace as a capture that Wireshark opens: the classic file with raw IP packets. Messages of UDP are
 * datagrams, those of TCP segments of a stream without its handshake; what was encrypted or in a web
 * socket is written as datagrams, since the capture holds the messages and not the encryption.
 */

import { isIPv6 } from 'node:net'
import type { SocketAddress } from '../transport/index.ts'
import type { TracedMessage } from './record.ts'

const LINKTYPE_RAW = 101
const SNAP_BYTES = 262_144
/** What an IP packet can hold beside the heads; the rest of a longer message is left out and counted as such. */
const PAYLOAD_MAX = 65_535 - 60

/** Writes the file. */
export function writePcap(messages: readonly TracedMessage[]): Buffer {
  const head = Buffer.alloc(24)
  head.writeUInt32LE(0xa1b2c3d4, 0)
  head.writeUInt16LE(2, 4)
  head.writeUInt16LE(4, 6)
  head.writeUInt32LE(SNAP_BYTES, 16)
  head.writeUInt32LE(LINKTYPE_RAW, 20)
  const streams = new Map<string, number>()
  return Buffer.concat([head, ...messages.flatMap((message) => packetOf(message, streams))])
}

function packetOf(message: TracedMessage, streams: Map<string, number>): Buffer[] {
  const [from, to] = message.direction === 'in' ? [message.remote, message.local] : [message.local, message.remote]
  const payload = message.bytes.subarray(0, PAYLOAD_MAX)
  const body = message.protocol === 'tcp' ? tcp(from, to, payload, streams) : udp(from, to, payload)
  const packet = ip(from, to, message.protocol === 'tcp' ? 6 : 17, body)
  const record = Buffer.alloc(16)
  const micros = Math.round((message.at % 1000) * 1000)
  record.writeUInt32LE(Math.floor(message.at / 1000) >>> 0, 0)
  record.writeUInt32LE(Math.min(999_999, micros), 4)
  record.writeUInt32LE(packet.length, 8)
  record.writeUInt32LE(packet.length + message.bytes.length - payload.length, 12)
  return [record, packet]
}

function udp(from: SocketAddress, to: SocketAddress, payload: Buffer): Buffer {
  const bytes = Buffer.alloc(8 + payload.length)
  bytes.writeUInt16BE(from.port, 0)
  bytes.writeUInt16BE(to.port, 2)
  bytes.writeUInt16BE(bytes.length, 4)
  payload.copy(bytes, 8)
  return withChecksum(bytes, 6, from, to, 17)
}

function tcp(from: SocketAddress, to: SocketAddress, payload: Buffer, streams: Map<string, number>): Buffer {
  const key = `${from.address} ${from.port} ${to.address} ${to.port}`
  const back = `${to.address} ${to.port} ${from.address} ${from.port}`
  const sequence = streams.get(key) ?? 1
  streams.set(key, (sequence + payload.length) >>> 0)
  const bytes = Buffer.alloc(20 + payload.length)
  bytes.writeUInt16BE(from.port, 0)
  bytes.writeUInt16BE(to.port, 2)
  bytes.writeUInt32BE(sequence, 4)
  bytes.writeUInt32BE(streams.get(back) ?? 1, 8)
  bytes[12] = 5 << 4
  // PSH and ACK: a whole message each.
  bytes[13] = 0x18
  bytes.writeUInt16BE(65_535, 14)
  payload.copy(bytes, 20)
  return withChecksum(bytes, 16, from, to, 6)
}

function ip(from: SocketAddress, to: SocketAddress, protocol: number, body: Buffer): Buffer {
  if (isIPv6(from.address) || isIPv6(to.address)) {
    const head = Buffer.alloc(40)
    head[0] = 0x60
    head.writeUInt16BE(body.length, 4)
    head[6] = protocol
    head[7] = 64
    addressBytes(from.address, true).copy(head, 8)
    addressBytes(to.address, true).copy(head, 24)
    return Buffer.concat([head, body])
  }
  const head = Buffer.alloc(20)
  head[0] = 0x45
  head.writeUInt16BE(head.length + body.length, 2)
  head.writeUInt16BE(0x4000, 6)
  head[8] = 64
  head[9] = protocol
  addressBytes(from.address, false).copy(head, 12)
  addressBytes(to.address, false).copy(head, 16)
  head.writeUInt16BE(fold(sumOf(head)), 10)
  return Buffer.concat([head, body])
}

/** RFC 768 and RFC 9293 §3.1: the sum over a head of both addresses, protocol and length, and the bytes. */
function withChecksum(bytes: Buffer, at: number, from: SocketAddress, to: SocketAddress, protocol: number): Buffer {
  const wide = isIPv6(from.address) || isIPv6(to.address)
  const addresses = sumOf(addressBytes(from.address, wide)) + sumOf(addressBytes(to.address, wide))
  const sum = fold(addresses + protocol + bytes.length + sumOf(bytes))
  bytes.writeUInt16BE(sum === 0 ? 0xffff : sum, at)
  return bytes
}

function sumOf(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at + 1 < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  return bytes.length % 2 === 1 ? sum + bytes.at(-1)! * 256 : sum
}

function fold(sum: number): number {
  let folded = sum
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x10000)
  return ~folded & 0xffff
}

/** The bytes of an address; an IPv4 address among IPv6 ones is mapped, a name is all zero. */
export function addressBytes(address: string, wide: boolean): Buffer {
  if (isIPv6(address)) return ipv6Bytes(address)
  const parts = address.split('.').map(Number)
  const four = Buffer.from(parts.length === 4 && parts.every((part) => part >= 0 && part < 256) ? parts : [0, 0, 0, 0])
  return wide ? Buffer.concat([Buffer.alloc(10), Buffer.from([0xff, 0xff]), four]) : four
}

function ipv6Bytes(address: string): Buffer {
  const plain = address.split('%', 1)[0]!
  // The last 32 bits may be written as IPv4.
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(plain)
  const pair = (high: string, low: string): string => (Number(high) * 256 + Number(low)).toString(16)
  const text = dotted ? `${dotted[1]}${pair(dotted[2]!, dotted[3]!)}:${pair(dotted[4]!, dotted[5]!)}` : plain
  const [left = '', right] = text.split('::')
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map((one) => Number.parseInt(one, 16)))
  const [head, tail] = [groups(left), groups(right ?? '')]
  const bytes = Buffer.alloc(16)
  for (const [at, group] of head.entries()) bytes.writeUInt16BE(group, at * 2)
  for (const [at, group] of tail.entries()) bytes.writeUInt16BE(group, 16 - (tail.length - at) * 2)
  return bytes
}
