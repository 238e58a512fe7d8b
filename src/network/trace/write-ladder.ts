/** A ladder as text for a terminal: one column a party, one line a message, time at the left. */

import { isoInstant } from '../../base/index.ts'
import type { Ladder, LadderArrow } from './ladder.ts'

const COLUMN_MIN = 30
const TIME_WIDTH = 12

/** Colours by the number of a leg; none when the reader is no terminal. */
export type LadderStyle = { readonly isColoured: boolean; readonly zone?: string }

const legColours: readonly number[] = [36, 33, 35, 32, 34]

/** Writes it; messages longer than their column are cut. */
export function writeLadder(ladder: Ladder, style: LadderStyle): string {
  const { parties, arrows, legs } = ladder
  const width = Math.max(COLUMN_MIN, ...parties.map((party) => party.name.length + 4))
  const paint = (code: number, text: string): string => (style.isColoured ? `\u001b[${code}m${text}\u001b[0m` : text)
  const names = parties.map((party) => paint(1, centred(party.name, width))).join('')
  const pad = ' '.repeat(TIME_WIDTH)
  const lines = [`${pad}${names}`.trimEnd(), `${pad}${rails(parties.length, width)}`]
  let lastAt = arrows[0]?.at ?? 0
  for (const arrow of arrows) {
    if (arrow.at - lastAt >= 1000) lines.push(`${pad}${rails(parties.length, width)}`)
    lastAt = arrow.at
    const colour = arrow.status !== undefined && arrow.status >= 400 ? 31 : legColours[arrow.leg % legColours.length]!
    const time = paint(2, timeText(arrow.afterMs).padStart(TIME_WIDTH - 2))
    lines.push(`${time}  ${row(arrow, parties.length, width, (text) => paint(colour, text))}`)
  }
  const first = arrows[0]
  const head = first ? [`${isoInstant(first.at)}  ${arrows.length} messages, ${legs.length} legs`] : []
  const key = legs.map(
    (sipCallId, at) => `${paint(legColours[at % legColours.length]!, `leg ${at + 1}`)}  ${sipCallId}`,
  )
  return `${[...head, '', ...lines, '', ...key].join('\n')}\n`
}

function centred(text: string, width: number): string {
  const left = Math.max(0, Math.floor((width - text.length) / 2))
  return `${' '.repeat(left)}${text}`.padEnd(width)
}

function rails(count: number, width: number): string {
  return Array.from({ length: count }, () => centred('│', width))
    .join('')
    .trimEnd()
}

/** `+0.000`, `+1.204`, `+3:05.010` */
function timeText(afterMs: number): string {
  const minutes = Math.floor(afterMs / 60_000)
  const seconds = (afterMs - minutes * 60_000) / 1000
  return minutes > 0 ? `+${minutes}:${seconds.toFixed(3).padStart(6, '0')}` : `+${seconds.toFixed(3)}`
}

/** One line: the rails of all parties, and the arrow between two of them with its words. */
function row(arrow: LadderArrow, count: number, width: number, paint: (text: string) => string): string {
  const rail = (party: number): number => party * width + Math.floor((width - 1) / 2)
  const [left, right] = [Math.min(arrow.from, arrow.to), Math.max(arrow.from, arrow.to)]
  const room = rail(right) - rail(left) - 1
  const marks = `${arrow.hasSdp ? ' SDP' : ''}${arrow.isRepeated ? ' again' : ''}`
  const words = ` ${`${arrow.label}${marks}`.slice(0, room - 6)} `
  const dashes = room - words.length - 1
  const before = Math.floor(dashes / 2)
  const line = `${'─'.repeat(before)}${words}${'─'.repeat(dashes - before)}`
  const drawn = arrow.to > arrow.from ? `${line}>` : `<${line}`
  let text = ''
  let at = 0
  const fill = (to: number): void => {
    if (to > at) text += ' '.repeat(to - at)
    at = Math.max(at, to)
  }
  for (let party = 0; party < count; party++) {
    if (rail(party) < at) continue
    fill(rail(party))
    text += '│'
    at++
    if (party !== left) continue
    text += paint(drawn)
    at += room
  }
  return text
}
