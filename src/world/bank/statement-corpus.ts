/**
 * A month at the bank as it happens: customers pay rightly, with typing errors, with wrong amounts, for several
 * invoices at once; two have one name; some money is nobody's. Each line carries the truth that only its payer knows.
 */

import type { Micros } from '../../base/index.ts'
import type { Draw } from '../draw.ts'
import type { BankLine, BankMonth } from './statement-files.ts'

/** A payer as the bank and the payer himself know the bills. */
export type Payer = {
  readonly customerId: string
  readonly name: string
  readonly accountNumber: string
  readonly payerAccount: string
  /** Open invoices, the oldest first. */
  readonly invoices: readonly { readonly number: string; readonly openMicros: Micros }[]
}

export type Labelled = BankLine & {
  /** Undefined: money of nobody. */
  readonly customerId: string | undefined
  readonly habit: Habit
}

const habits = [
  ['right', 34],
  ['name mistyped', 12],
  ['number mistyped', 10],
  ['account ID', 10],
  ['name alone', 10],
  ['wrong amount', 10],
  ['several invoices', 6],
  ['other name', 4],
  ['stranger', 4],
] as const
type Habit = (typeof habits)[number][0]

const banks = ['e-Transfer', 'EFT CREDIT', 'WIRE IN', 'DIRECT DEPOSIT', 'MISC PAYMENT']
const strangers = ['Revenue Canada GST', 'Interest', 'Harbourfront Parking', 'M. Oyelaran', 'Refund courier claim']

/** Swaps, drops, doubles or replaces one character. */
function mistype(draw: Draw, text: string, within: RegExp): string {
  const places = text.split('').flatMap((letter, at) => (within.test(letter) ? [at] : []))
  if (places.length < 2) return text
  const at = draw.pick(places)
  const letter = text[at]!
  switch (draw.below(4)) {
    case 0:
      return text.slice(0, at) + (text[at + 1] ?? '') + letter + text.slice(at + 2)
    case 1:
      return text.slice(0, at) + text.slice(at + 1)
    case 2:
      return text.slice(0, at) + letter + text.slice(at)
    default:
      return text.slice(0, at) + (/\d/.test(letter) ? String((Number(letter) + 1) % 10) : 'e') + text.slice(at + 1)
  }
}

function drawHabit(draw: Draw): Habit {
  let left = draw.below(100)
  for (const [habit, weight] of habits) {
    if (left < weight) return habit
    left -= weight
  }
  return 'right'
}

/** `count` lines of a month; every payer's truth is in them. */
export function drawMonth(
  draw: Draw,
  options: {
    readonly payers: readonly Payer[]
    readonly count: number
    readonly month: string
    readonly account: string
    readonly currency: string
  },
): Omit<BankMonth, 'lines'> & { readonly lines: readonly Labelled[] } {
  const { payers, count, month, account, currency } = options
  const lines = Array.from({ length: count }, (_, at): Labelled => {
    const bookedOn = `${month}-${String(draw.between(1, 28)).padStart(2, '0')}`
    const reference = `${month.replace('-', '')}${String(at + 1).padStart(6, '0')}`
    return { bookedOn, reference, ...drawLine(draw, draw.pick(payers)) }
  })
  return { account, currency, openingMicros: 1_000_000_000n, lines }
}

type Drawn = Omit<Labelled, 'bookedOn' | 'reference'>

function drawLine(draw: Draw, who: Payer): Drawn {
  const habit = drawHabit(draw)
  const { customerId, name, payerAccount, accountNumber, invoices } = who
  const invoice = draw.pick(invoices)
  const bank = draw.pick(banks)
  const line = { payer: name, payerAccount, amountMicros: invoice.openMicros, customerId, habit }
  const said = (text: string): Drawn => ({ ...line, remittance: `${bank} ${text}`.trim() })
  switch (habit) {
    case 'right':
      return said(
        draw.pick([invoice.number, `inv ${invoice.number}`, `Invoice ${invoice.number.replaceAll('-', ' ')}`]),
      )
    case 'name mistyped':
      return { ...said(invoice.number), payer: mistype(draw, name.toUpperCase(), /[A-Z]/) }
    case 'number mistyped':
      return said(mistype(draw, invoice.number, /\d/))
    case 'account ID':
      return said(`acct ${accountNumber}`)
    case 'name alone':
      return said('phone bill')
    case 'wrong amount': {
      const off = BigInt(draw.between(1, 4000)) * 10_000n
      const less = invoice.openMicros > off ? invoice.openMicros - off : invoice.openMicros + off
      return { ...said(invoice.number), amountMicros: draw.chance(70) ? less : invoice.openMicros + off }
    }
    case 'several invoices': {
      const some = invoices.slice(0, draw.between(1, invoices.length))
      const amountMicros = some.reduce((sum, { openMicros }) => sum + openMicros, 0n)
      return { ...said(`for ${some.map(({ number }) => number).join(' and ')}`), amountMicros }
    }
    case 'other name':
      return { ...said(invoice.number), payer: `${draw.between(1_000_000, 9_999_999)} Ontario Inc` }
    default: {
      const amountMicros = BigInt(draw.between(100, 90_000)) * 10_000n
      return { ...said(''), payer: draw.pick(strangers), payerAccount: '', amountMicros, customerId: undefined }
    }
  }
}
