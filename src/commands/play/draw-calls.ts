/** The calls of a day, drawn from the seed: who calls, where to, when it is answered, how long they talk. */

import type { E164 } from '../../base/index.ts'
import type { Draw } from '../../world/draw.ts'

export type Caller = {
  readonly tenantId: string
  readonly accountId: string
  readonly accountCode: string
  readonly name: string
  /** Numbers of its phones. */
  readonly numbers: readonly E164[]
}

export type DrawnCall = {
  readonly caller: Caller
  readonly from: E164
  readonly to: E164
  readonly isOnnet: boolean
  readonly answeredAt: number
  readonly seconds: number
}

const abroad = ['+442071838750', '+33142685300', '+4930901820', '+525553512000', '+912224921234', '+61293744000']
const codes = ['416', '514', '604', '403', '613', '212', '312', '415', '305', '902']

const DAY_MS = 86_400_000
/** Offices talk from eight in the morning to six at night, Toronto's time; some people do always. */
const OPEN_MS = 13 * 3_600_000
const OPEN_LENGTH_MS = 10 * 3_600_000

function drawTo(draw: Draw): E164 {
  if (draw.chance(22)) return draw.pick(abroad)
  return `+1${draw.pick(codes)}555${String(100 + draw.below(90)).padStart(4, '0')}`
}

function drawSeconds(draw: Draw): number {
  return draw.chance(80) ? draw.between(4, 240) : draw.between(240, 1500)
}

/** `count` calls of the day that begins at an instant, in the order of their answers; no two at one instant. */
export function drawCalls(draw: Draw, callers: readonly Caller[], dayStart: number, count: number): DrawnCall[] {
  const calls = Array.from({ length: count }, (): Omit<DrawnCall, 'answeredAt'> & { at: number } => {
    const caller = draw.pick(callers)
    const isOnnet = draw.chance(12) && caller.numbers.length > 1
    const from = draw.pick(caller.numbers)
    const to = isOnnet ? caller.numbers.find((number) => number !== from)! : drawTo(draw)
    const isOpen = draw.chance(88)
    const at = isOpen ? OPEN_MS + draw.below(OPEN_LENGTH_MS) : draw.below(DAY_MS)
    return { caller, from, to, isOnnet, at, seconds: drawSeconds(draw) }
  })
  let latest = -1
  return calls
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, ...call }) => {
      latest = Math.max(at, latest + 1)
      return { ...call, answeredAt: dayStart + latest }
    })
}
