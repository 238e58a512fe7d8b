/** A SIP ladder: who sent what to whom, in order, as plain data for a page or a terminal. */

import type { SocketAddress } from '../transport/index.ts'
import type { LegMessage } from './find-messages.ts'

export type LadderParty = {
  /** `dialhouse` for ourselves, else the address as `host:port`. */
  readonly name: string
  readonly isUs: boolean
}

export type LadderArrow = {
  readonly at: number
  /** Milliseconds since the first message. */
  readonly afterMs: number
  /** Positions in the list of parties. */
  readonly from: number
  readonly to: number
  readonly protocol: string
  /** Position of its leg in the order in which legs began. */
  readonly leg: number
  /** `INVITE` or `180 Ringing`. */
  readonly label: string
  readonly method: string
  /** Undefined for a request. */
  readonly status: number | undefined
  readonly cseq: number
  readonly hasSdp: boolean
  /** The same message went the same way before. */
  readonly isRepeated: boolean
  /** The whole message as text; secrets in it were covered when it was kept. */
  readonly text: string
}

export type Ladder = {
  readonly parties: readonly LadderParty[]
  /** SIP Call-IDs of the legs. */
  readonly legs: readonly string[]
  readonly arrows: readonly LadderArrow[]
}

const hostPort = ({ address, port }: SocketAddress): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

/** Draws the ladder of messages that are in the order of their time. */
export function drawLadder(messages: readonly LegMessage[]): Ladder {
  const parties: LadderParty[] = []
  const partyOf = (name: string, isUs: boolean): number => {
    const found = parties.findIndex((one) => one.name === name)
    return found >= 0 ? found : parties.push({ name, isUs }) - 1
  }
  const legs: string[] = []
  const seen = new Set<string>()
  const first = messages[0]?.at ?? 0
  const arrows = messages.map((message): LadderArrow => {
    const text = message.bytes.toString('utf8')
    const peer = message.direction === 'in' ? partyOf(hostPort(message.remote), false) : -1
    const us = partyOf('dialhouse', true)
    const remote = peer >= 0 ? peer : partyOf(hostPort(message.remote), false)
    if (!legs.includes(message.sipCallId)) legs.push(message.sipCallId)
    const key = `${message.direction} ${remote} ${text}`
    const isRepeated = seen.has(key)
    seen.add(key)
    const [from, to] = message.direction === 'in' ? [remote, us] : [us, remote]
    return {
      at: message.at,
      afterMs: message.at - first,
      from,
      to,
      protocol: message.protocol,
      leg: legs.indexOf(message.sipCallId),
      ...wordsOf(text),
      hasSdp: /\r\n(?:content-type|c)[ \t]*:[ \t]*application\/sdp/i.test(text),
      isRepeated,
      text,
    }
  })
  return { parties, legs, arrows }
}

type Words = Pick<LadderArrow, 'label' | 'method' | 'status' | 'cseq'>

function wordsOf(text: string): Words {
  const line = text.slice(0, Math.max(0, text.indexOf('\r\n')))
  const [number = '0', method = ''] = /\ncseq[ \t]*:[ \t]*(\d+)[ \t]+(\S+)/i.exec(text)?.slice(1) ?? []
  const cseq = Number(number)
  const response = /^SIP\/2\.0 (\d{3}) ?(.*)$/.exec(line)
  if (!response) return { label: line.split(' ', 1)[0]!, method: line.split(' ', 1)[0]!, status: undefined, cseq }
  return { label: `${response[1]} ${response[2]}`.trim(), method, status: Number(response[1]), cseq }
}
