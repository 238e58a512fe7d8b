/**
 * Pre-authorised debits as a file of Payments Canada's standard 005: logical records of 1,464 characters, a header, six
 * debits in each detail record, a trailer with the totals.
 */

import { assert, type Micros } from '../../../../base/index.ts'
import { cents, digits, words } from './fixed-width.ts'

export type Cpa005Originator = {
  /** Given by the bank: ten characters. */
  readonly originatorId: string
  readonly dataCentre: string
  readonly shortName: string
  readonly longName: string
  /** Where returned debits go: institution, transit, account. */
  readonly returns: BankPlace
  readonly currency: 'CAD' | 'USD'
}

/** Institution (3 digits), transit (5), account (up to 12). */
export type BankPlace = { readonly institution: string; readonly transit: string; readonly account: string }

export type Debit = {
  /** Ours, by which a return is found again: up to 19 characters. */
  readonly reference: string
  readonly payer: string
  readonly place: BankPlace
  readonly amountMicros: Micros
}

const RECORD = 1464
const SEGMENTS = 6
/** A payment of a telephone bill. */
const TELEPHONE_BILL = '431'

/** `0YYDDD`: the day of the year. */
function julian(date: string): string {
  const day = Temporal.PlainDate.from(date)
  return `0${digits(day.year % 100, 2)}${digits(day.dayOfYear, 3)}`
}

const placeText = ({ institution, transit }: BankPlace): string => `0${digits(institution, 3)}${digits(transit, 5)}`

function segmentOf(debit: Debit, dueOn: string, originator: Cpa005Originator, trace: string): string {
  const segment = [
    TELEPHONE_BILL,
    digits(cents(debit.amountMicros), 10),
    julian(dueOn),
    placeText(debit.place),
    words(debit.place.account, 12),
    trace,
    '000',
    words(originator.shortName, 15),
    words(debit.payer, 30),
    words(originator.longName, 30),
    words(originator.originatorId, 10),
    words(debit.reference, 19),
    placeText(originator.returns),
    words(originator.returns.account, 12),
    ''.padEnd(15),
    ''.padEnd(22),
    '  ',
    digits(0, 11),
  ].join('')
  assert(segment.length === 240, 'a segment has 240 characters')
  return segment
}

/** The file; `fileNumber` goes up by one with each file, and comes again after 9999. */
export function writeCpa005(options: {
  readonly originator: Cpa005Originator
  readonly fileNumber: number
  readonly createdOn: string
  readonly dueOn: string
  readonly debits: readonly Debit[]
}): string {
  const { originator, fileNumber, createdOn, dueOn, debits } = options
  const number = digits(fileNumber, 4)
  const head = (type: string, record: number): string =>
    `${type}${digits(record, 9)}${words(originator.originatorId, 10)}${number}`
  const records = [
    `${head('A', 1)}${julian(createdOn)}${digits(originator.dataCentre, 5)}${''.padEnd(20)}${originator.currency}`,
  ]
  for (let at = 0; at < debits.length; at += SEGMENTS) {
    const segments = debits.slice(at, at + SEGMENTS).map((debit, of) => {
      // Nine digits of ours name the item: institution of the data centre, file, and its place in it.
      const trace = `${digits(originator.dataCentre, 9)}${number}${digits(at + of + 1, 9)}`
      return segmentOf(debit, dueOn, originator, trace)
    })
    records.push(head('D', records.length + 1) + segments.join(''))
  }
  const total = debits.reduce((sum, debit) => sum + cents(debit.amountMicros), 0n)
  const sums = [digits(total, 14), digits(debits.length, 8), digits(0, 14), digits(0, 8)]
  records.push(`${head('Z', records.length + 1)}${sums.join('')}${digits(0, 44)}`)
  return records.map((record) => `${record.padEnd(RECORD)}\r\n`).join('')
}
