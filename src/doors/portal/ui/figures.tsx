/** Values as they are shown everywhere: amounts, durations, instants, numbers of people. */

import { formatNumber } from '../../../base/index.ts'
import { moneyParts } from '../format/money.ts'
import { formatDuration, formatInstant } from '../format/time.ts'
import { useHouse } from '../shell/house.tsx'
import { shellTexts } from '../words/shell-texts.ts'

/** An exact amount; what is below a cent stands back. */
export function MoneyText(props: { micros: string | bigint; currency: string; withCode?: boolean }) {
  const { micros, currency, withCode = false } = props
  const { head, below, after } = moneyParts(micros, currency, { withCode })
  return (
    <span className={BigInt(micros) < 0n ? 'text-danger' : undefined}>
      {head}
      {below && <span className="font-normal text-muted">{below}</span>}
      {after}
    </span>
  )
}

/** A length of time in minutes and seconds, told to screen readers as such. */
export function Duration({ seconds }: { seconds: number }) {
  return <time dateTime={`PT${Math.max(0, Math.floor(seconds))}S`}>{formatDuration(seconds)}</time>
}

/** An instant in the login's zone. */
export function InstantText({ iso }: { iso: string }) {
  const { me, at } = useHouse()
  return <time dateTime={iso}>{formatInstant(iso, me.zone, at)}</time>
}

/** One side of a call: the name when there is one, above or instead of the number. */
export function PartyText({ number, name }: { number: string; name: string }) {
  const shown = formatNumber(number) || shellTexts.unknown
  if (!name || name === number) return <span className="whitespace-nowrap">{shown}</span>
  return (
    <span>
      {name} <span className="whitespace-nowrap text-muted">{shown}</span>
    </span>
  )
}
