/** One SIP message of the trace as bytes: a fixed head, both addresses, and the message as it was on the wire. */

import type { SipProtocol, SocketAddress } from '../transport/index.ts'

export type Direction = 'in' | 'out'

export type TracedMessage = {
  /** Epoch milliseconds, with fractions. */
  readonly at: number
  readonly direction: Direction
  readonly protocol: SipProtocol
  readonly local: SocketAddress
  readonly remote: SocketAddress
  readonly bytes: Buffer
}

/** In the order of their codes; new ones are added at the end, for old files stay readable. */
const protocols: readonly string[] = ['udp', 'tcp', 'tls', 'ws', 'wss']
const MARK = 0xd1
/** Length, mark, flags, two ports, time, two lengths of addresses. */
const HEAD_BYTES = 20
const ADDRESS_BYTES_MAX = 60

/** The most bytes that one record takes beside its message. */
export const RECORD_HEAD_MAX = HEAD_BYTES + 2 * ADDRESS_BYTES_MAX

/** Writes a record at `offset` of a buffer that has room for it; returns where the next one goes. */
export function writeRecord(into: Buffer, offset: number, message: TracedMessage): number {
  const { at, direction, protocol, local, remote, bytes } = message
  let end = offset + HEAD_BYTES
  const localBytes = into.write(local.address, end, ADDRESS_BYTES_MAX, 'latin1')
  end += localBytes
  const remoteBytes = into.write(remote.address, end, ADDRESS_BYTES_MAX, 'latin1')
  end += remoteBytes
  bytes.copy(into, end)
  end += bytes.length
  into.writeUInt32LE(end - offset, offset)
  into[offset + 4] = MARK
  into[offset + 5] = (protocols.indexOf(protocol) << 1) | (direction === 'out' ? 1 : 0)
  into.writeUInt16LE(local.port, offset + 6)
  into.writeUInt16LE(remote.port, offset + 8)
  into.writeDoubleLE(at, offset + 10)
  into[offset + 18] = localBytes
  into[offset + 19] = remoteBytes
  return end
}

/** Where a record's message begins and ends, and where the next record is; undefined where no whole record is. */
export function recordAt(from: Buffer, offset: number): { readonly body: number; readonly end: number } | undefined {
  if (offset + HEAD_BYTES > from.length || from[offset + 4] !== MARK) return undefined
  const end = offset + from.readUInt32LE(offset)
  const body = offset + HEAD_BYTES + from[offset + 18]! + from[offset + 19]!
  return body <= end && end <= from.length ? { body, end } : undefined
}

/** Reads the record at `offset`, which `recordAt` found; its message is a copy. */
export function readRecord(from: Buffer, offset: number): TracedMessage {
  const { body, end } = recordAt(from, offset)!
  const flags = from[offset + 5]!
  const remoteAt = offset + HEAD_BYTES + from[offset + 18]!
  return {
    at: from.readDoubleLE(offset + 10),
    direction: (flags & 1) === 1 ? 'out' : 'in',
    protocol: (protocols[flags >> 1] ?? 'udp') as SipProtocol,
    local: {
      address: from.toString('latin1', offset + HEAD_BYTES, remoteAt),
      port: from.readUInt16LE(offset + 6),
    },
    remote: { address: from.toString('latin1', remoteAt, body), port: from.readUInt16LE(offset + 8) },
    bytes: Buffer.from(from.subarray(body, end)),
  }
}
