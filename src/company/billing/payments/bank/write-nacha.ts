/** Debits of the United States as a NACHA file: records of 94 characters, blocked by ten. */

import { assert, type Micros } from '../../../../base/index.ts'
import { cents, digits, words } from './fixed-width.ts'

export type NachaOriginator = {
  /** Routing number of the bank that takes the file, and its name. */
  readonly bankRouting: string
  readonly bankName: string
  /** Our own number there: ten characters. */
  readonly companyId: string
  readonly companyName: string
}

export type NachaDebit = {
  readonly reference: string
  readonly payer: string
  readonly routing: string
  readonly account: string
  readonly kind: 'checking' | 'savings'
  readonly amountMicros: Micros
}

const RECORD = 94
const BLOCK = 10
const DEBITS_ONLY = '225'

/** The last digit of a routing number proves the others (weights 3, 7, 1). */
export function isRoutingNumber(text: string): boolean {
  if (!/^\d{9}$/.test(text)) return false
  const sum = text.split('').reduce((all, digit, at) => all + Number(digit) * [3, 7, 1][at % 3]!, 0)
  return sum % 10 === 0 && sum > 0
}

/** One file with one batch; `createdAt` is local, `YYYY-MM-DDTHH:MM`. */
export function writeNacha(options: {
  readonly originator: NachaOriginator
  /** A file of the same day has another letter. */
  readonly fileLetter: string
  readonly createdAt: string
  readonly dueOn: string
  readonly batch: number
  readonly debits: readonly NachaDebit[]
}): string {
  const { originator, fileLetter, createdAt, dueOn, batch, debits } = options
  const [date, time] = [createdAt.slice(2, 10).replaceAll('-', ''), createdAt.slice(11, 16).replace(':', '')]
  const dfi = originator.bankRouting.slice(0, 8)
  const company = words(originator.companyId, 10)
  const due = dueOn.slice(2).replaceAll('-', '')
  const bank = `${words(originator.bankName, 23)}${words(originator.companyName, 23)}`
  const batchHead = `5${DEBITS_ONLY}${words(originator.companyName, 16)}${''.padEnd(20)}${company}PPD`
  const records = [
    `101 ${digits(originator.bankRouting, 9)}${company}${date}${time}${fileLetter}094101${bank}${''.padEnd(8)}`,
    `${batchHead}${words('PHONE BILL', 10)}${due}${due}   1${dfi}${digits(batch, 7)}`,
  ]
  for (const [at, debit] of debits.entries()) records.push(entryOf(debit, dfi, at + 1))
  const hash = debits.reduce((sum, { routing }) => sum + BigInt(routing.slice(0, 8)), 0n) % 10n ** 10n
  const total = debits.reduce((sum, { amountMicros }) => sum + cents(amountMicros), 0n)
  const sums = `${digits(hash, 10)}${digits(total, 12)}${digits(0, 12)}`
  records.push(`8${DEBITS_ONLY}${digits(debits.length, 6)}${sums}${company}${''.padEnd(25)}${dfi}${digits(batch, 7)}`)
  const blocks = Math.ceil((records.length + 1) / BLOCK)
  records.push(`9${digits(1, 6)}${digits(blocks, 6)}${digits(debits.length, 8)}${sums}${''.padEnd(39)}`)
  while (records.length % BLOCK !== 0) records.push('9'.repeat(RECORD))
  assert(
    records.every((record) => record.length === RECORD),
    'a record has 94 characters',
  )
  return records.map((record) => `${record}\n`).join('')
}

function entryOf(debit: NachaDebit, dfi: string, at: number): string {
  assert(isRoutingNumber(debit.routing), 'a routing number proves itself')
  const code = debit.kind === 'checking' ? '27' : '37'
  const place = `${debit.routing}${words(debit.account, 17)}${digits(cents(debit.amountMicros), 10)}`
  return `6${code}${place}${words(debit.reference, 15)}${words(debit.payer, 22)}  0${dfi}${digits(at, 7)}`
}
