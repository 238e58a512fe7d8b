/** `bench sip-messages`: messages a second of CPU that are read, asked what routes them, given a Via and written. */

import { parseMessage } from '../../network/sip/index.ts'
import { describeMachine, type BenchResult } from './bench.ts'

const MESSAGES = 300_000
const WARM_UP = 50_000

const sdp = [
  'v=0',
  'o=- 20518 0 IN IP4 203.0.113.1',
  's=-',
  'c=IN IP4 203.0.113.1',
  't=0 0',
  'm=audio 54400 RTP/AVP 0 101',
  'a=rtpmap:101 telephone-event/8000',
  '',
].join('\r\n')

/** An INVITE as a phone sends it. */
function invite(at: number): Buffer {
  const head = [
    'INVITE sip:+14165550123@voice.example.com SIP/2.0',
    `Via: SIP/2.0/UDP 203.0.113.1:5060;branch=z9hG4bK776asdhds${at};rport`,
    'Max-Forwards: 70',
    `From: "Ann Lee" <sip:201@voice.example.com>;tag=1928301774${at}`,
    'To: <sip:+14165550123@voice.example.com>',
    `Call-ID: a84b4c76e66710${at}@203.0.113.1`,
    'CSeq: 314159 INVITE',
    'Contact: <sip:201@203.0.113.1:5060>',
    'Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE',
    'Supported: replaces, timer',
    'User-Agent: Desk Phone 1.0',
    'Content-Type: application/sdp',
    `Content-Length: ${sdp.length}`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${sdp}`)
}

/** Bytes written, so that nothing can be left out as unused. */
function carry(messages: readonly Buffer[], count: number): number {
  let written = 0
  for (let at = 0; at < count; at++) {
    const parsed = parseMessage(messages[at % messages.length]!)
    if (!parsed.ok) return 0
    const { via, from, to, callId, cseq } = parsed.value
    if (!via || !from?.tag || !to || callId === '' || !cseq) return 0
    written += parsed.value.withTopLine(`Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK${at}\r\n`).length
  }
  return written
}

/** Measures on one thread; the figure is CPU time, not time on the wall. */
export async function measure(): Promise<BenchResult> {
  const messages = Array.from({ length: 512 }, (_, at) => invite(at))
  carry(messages, WARM_UP)
  const before = process.cpuUsage()
  const bytes = carry(messages, MESSAGES)
  const { user, system } = process.cpuUsage(before)
  const seconds = (user + system) / 1e6
  return {
    name: 'sip-messages',
    machine: describeMachine(),
    figures: {
      messagesPerCpuSecond: Math.round(MESSAGES / seconds),
      microsecondsPerMessage: Math.round((seconds / MESSAGES) * 1e8) / 100,
      bytesPerMessage: Math.round(bytes / MESSAGES),
    },
    peer: null,
    ratios: {},
  }
}
