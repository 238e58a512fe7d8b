/** Broken messages for fuzzing: real ones, changed by bytes, by lines and by mixing, from a seed. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '../../base/index.ts'

/** The messages of RFC 4475 (test/data/README.md), by name. */
export function tortureMessages(): ReadonlyMap<string, Buffer> {
  const folder = join(import.meta.dirname, '../../../test/data/rfc4475')
  const files = readdirSync(folder).filter((name) => name.endsWith('.dat'))
  return new Map(files.map((name) => [name.slice(0, -4), readFileSync(join(folder, name))]))
}

const ordinary = [
  'INVITE sip:204@192.0.2.2 SIP/2.0',
  'Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK74bf9;rport',
  'Max-Forwards: 70',
  'From: "Ann" <sip:201@home.invalid>;tag=9fxced76sl',
  'To: Bob <sip:204@home.invalid>',
  'Call-ID: 3848276298220188511@192.0.2.1',
  'CSeq: 1 INVITE',
  'Contact: <sip:201@192.0.2.1:5060;transport=udp>;q=0.7;expires=60',
  'Authorization: Digest username="201", realm="home", nonce="abc", uri="sip:h", response="0", qop=auth, nc=00000001',
  'Record-Route: <sip:edge.invalid;lr>, <sip:192.0.2.7;lr>',
  'Content-Type: application/sdp',
  'Content-Length: 139',
  '',
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.1',
  's=-',
  'c=IN IP4 192.0.2.1',
  't=0 0',
  'm=audio 4000 RTP/AVP 0 101',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=sendrecv',
  '',
]

const spices = ['\0', '\r', '\n', '"', '<', '>', ';', ',', '=', ':', '@', '[', ']', '%', '%zz', '\\', '\xff', ' ', '\t']
const numbers = ['-1', '0', '99999999999999999999', '4294967296', '1e9', '0x10', '٣']

export type Mutator = {
  /** The next message, changed once to six times. */
  next(): Buffer
}

/** A source of broken messages; the same seed gives the same ones. `own` messages are changed instead of ours. */
export function createMutator(seed: number, own?: readonly string[]): Mutator {
  const random = seededRandom(seed)
  const below = (end: number): number => new DataView(random(4).slice().buffer).getUint32(0) % end
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!
  const methods = ['REGISTER', 'OPTIONS', 'BYE', 'ACK', 'CANCEL', 'SUBSCRIBE']
  const others = methods.map((method) => ordinary.join('\r\n').replaceAll('INVITE', method))
  const texts = [...tortureMessages().values()].map((bytes) => bytes.toString('latin1'))
  // Half of them are messages as phones send them, so that most mutants reach the inner layers.
  const seeds = own ?? [...texts, ...texts.map((_, at) => [ordinary.join('\r\n'), ...others][at % 7]!)]

  const changes: readonly ((text: string) => string)[] = [
    (text) => {
      const at = below(text.length + 1)
      return text.slice(0, at) + String.fromCharCode(below(256)) + text.slice(at + 1)
    },
    (text) => {
      const at = below(text.length + 1)
      return text.slice(0, at) + pick(spices).repeat(1 + below(3)) + text.slice(at)
    },
    (text) => {
      const at = below(text.length + 1)
      return text.slice(0, at) + text.slice(at + below(12))
    },
    (text) => onLines(text, (lines) => lines.splice(below(lines.length), 0, pick(lines))),
    (text) => onLines(text, (lines) => lines.splice(below(lines.length), 1)),
    (text) => onLines(text, (lines) => lines.splice(below(lines.length), 0, pick(pick(seeds).split('\r\n')))),
    (text) => text.replace(/\d+/g, (digits) => (below(12) === 0 ? pick(numbers) : digits)),
    (text) => onLines(text, (lines) => lines.splice(below(lines.length), 1, ` ${pick(lines)}`)),
    (text) => text.replace(/^[\w-]+:/gm, (name) => (below(10) === 0 ? name.toUpperCase() : name)),
    (text) => (below(20) === 0 ? text + pick(spices).repeat(below(70_000)) : text),
    (text) => (below(8) === 0 ? text.slice(0, below(text.length + 1)) : text),
  ]
  return {
    next() {
      let text = pick(seeds)
      for (let count = 1 + below(6); count > 0; count--) text = pick(changes)(text)
      return Buffer.from(text, 'latin1')
    },
  }
}

function onLines(text: string, change: (lines: string[]) => void): string {
  const lines = text.split('\r\n')
  change(lines)
  return lines.join('\r\n')
}
