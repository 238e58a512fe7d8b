/** RTP and RTCP packets on the wire (RFC 3550 §5.1 and §6): what a valid one is, and how a header is written. */

/** Bytes of an RTP header without contributing sources. */
export const RTP_HEADER = 12
/** Longer datagrams are no audio: an Ethernet frame holds 1,472 bytes of UDP. */
const PACKET_MAX = 1500

const SENDER_REPORT = 200
const RECEIVER_REPORT = 201

/** Whether a datagram is a whole RTP packet of version 2: contributing sources, extension and padding fit into it. */
export function isRtp(packet: Buffer): boolean {
  const { length } = packet
  if (length < RTP_HEADER || length > PACKET_MAX) return false
  const first = packet[0]!
  if (first >> 6 !== 2) return false
  let header = RTP_HEADER + 4 * (first & 0x0f)
  if (first & 0x10) {
    if (length < header + 4) return false
    header += 4 + 4 * packet.readUInt16BE(header + 2)
  }
  if (first & 0x20) {
    const padding = packet.readUInt8(length - 1)
    return padding > 0 && header + padding <= length
  }
  return header <= length
}

/**
 * Whether a datagram is a compound RTCP packet: it begins with a sender or receiver report, all parts
 * are of version 2, and their lengths add up to the datagram's (RFC 3550 §A.2).
 */
export function isRtcp(packet: Buffer): boolean {
  const { length } = packet
  if (length < 8 || length > PACKET_MAX || length % 4 !== 0) return false
  if (packet[1] !== SENDER_REPORT && packet[1] !== RECEIVER_REPORT) return false
  let at = 0
  while (at < length) {
    if (at + 4 > length || packet[at]! >> 6 !== 2) return false
    at += 4 * (packet.readUInt16BE(at + 2) + 1)
  }
  return at === length
}

/** Payload type, 0 to 127. */
export function payloadTypeOf(packet: Buffer): number {
  return packet[1]! & 0x7f
}

/** Replaces the payload type and keeps the marker bit. */
export function setPayloadType(packet: Buffer, payloadType: number): void {
  packet[1] = (packet[1]! & 0x80) | payloadType
}

export type RtpHeader = {
  readonly payloadType: number
  readonly marker: boolean
  readonly sequence: number
  readonly timestamp: number
  readonly ssrc: number
}

/** Writes a header of 12 bytes at the beginning of a packet. */
export function writeRtpHeader(packet: Buffer, header: RtpHeader): void {
  packet[0] = 0x80
  packet[1] = (header.marker ? 0x80 : 0) | header.payloadType
  packet.writeUInt16BE(header.sequence & 0xffff, 2)
  packet.writeUInt32BE(header.timestamp >>> 0, 4)
  packet.writeUInt32BE(header.ssrc >>> 0, 8)
}

/** The header of a packet that `isRtp` accepted. */
export function readRtpHeader(packet: Buffer): RtpHeader {
  return {
    payloadType: payloadTypeOf(packet),
    marker: packet[1]! >= 0x80,
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
  }
}

/** The audio of a packet that `isRtp` accepted: without header, extension and padding. */
export function rtpPayload(packet: Buffer): Buffer {
  const first = packet[0]!
  let header = RTP_HEADER + 4 * (first & 0x0f)
  if (first & 0x10) header += 4 + 4 * packet.readUInt16BE(header + 2)
  const padding = first & 0x20 ? packet.readUInt8(packet.length - 1) : 0
  return packet.subarray(header, packet.length - padding)
}
