/** BAI2: records of commas and slashes, with a control total and a count at the end of account, group and file. */

import { ok, type Micros, type Result } from '../../../../base/index.ts'
import { truncated, unreadable, wrongTotal, type StatementFailure } from './errors.ts'
import type { Statement, StatementLine } from './statement.ts'

type BaiRecord = { readonly line: number; readonly fields: readonly string[]; readonly physical: number }

const MICROS_PER_CENT = 10_000n
const OPENING = '010'
const CLOSING = '015'

/** Records with their continuations (88) joined to them; a record ends with a slash, except where text ends it. */
function readRecords(source: string): Result<readonly BaiRecord[], StatementFailure> {
  const records: { line: number; text: string; physical: number }[] = []
  for (const [at, raw] of source.split(/\r?\n/).entries()) {
    const text = raw.trimEnd()
    if (text === '') continue
    if (!/^(0[123]|16|49|88|98|99),/.test(text)) return unreadable(`line ${at + 1}`, 'is no record of BAI2')
    const body = text.endsWith('/') ? text.slice(0, -1) : text
    const last = records.at(-1)
    if (!text.startsWith('88,')) records.push({ line: at + 1, text: body, physical: 1 })
    else if (last) {
      last.text += `${last.text.startsWith('16,') ? ' ' : ','}${body.slice(3)}`
      last.physical++
    } else return unreadable(`line ${at + 1}`, 'goes on from nothing')
  }
  return ok(records.map(({ line, text, physical }) => ({ line, fields: text.split(','), physical })))
}

type Account = {
  readonly number: string
  readonly currency: string
  readonly date: string
  opening: Micros | undefined
  closing: Micros | undefined
  control: Micros
  records: number
  readonly lines: StatementLine[]
}

type Reading = {
  readonly done: Statement[]
  date: string
  currency: string
  account: Account | undefined
  accountsOfGroup: number
  groupControl: Micros
  fileControl: Micros
  groups: number
  groupRecords: number
  fileRecords: number
  isEnded: boolean
}

/** All accounts of a file. */
export function readBai2(source: string): Result<readonly Statement[], StatementFailure> {
  const records = readRecords(source)
  if (!records.ok) return records
  if (records.value[0]?.fields[0] !== '01') return unreadable('line 1', 'is no file header (01)')
  const reading: Reading = {
    done: [],
    date: '',
    currency: 'USD',
    account: undefined,
    accountsOfGroup: 0,
    groupControl: 0n,
    fileControl: 0n,
    groups: 0,
    groupRecords: 0,
    fileRecords: 0,
    isEnded: false,
  }
  for (const record of records.value) {
    const done = take(reading, record)
    if (!done.ok) return done
  }
  return reading.isEnded ? ok(reading.done) : truncated('there is no file trailer (99)')
}

function take(reading: Reading, record: BaiRecord): Result<true, StatementFailure> {
  const { fields, line, physical } = record
  reading.fileRecords += physical
  reading.groupRecords += physical
  if (reading.isEnded) return unreadable(`line ${line}`, 'stands behind the file trailer')
  switch (fields[0]) {
    case '01':
      return line === 1 ? ok(true) : unreadable(`line ${line}`, 'is a second file header')
    case '02': {
      const date = /^(\d\d)(\d\d)(\d\d)$/.exec(fields[4] ?? '')
      if (!date) return unreadable(`line ${line}`, 'has no date of the group')
      Object.assign(reading, { date: `20${date[1]}-${date[2]}-${date[3]}`, currency: fields[6] || 'USD' })
      Object.assign(reading, { accountsOfGroup: 0, groupControl: 0n, groupRecords: physical })
      return ok(true)
    }
    case '03':
      return takeAccount(reading, record)
    case '16':
      return takeLine(reading, record)
    case '49':
      return endAccount(reading, record)
    case '98':
      return endGroup(reading, record)
    case '99':
      return endFile(reading, record)
    default:
      return unreadable(`line ${line}`, 'is no record of BAI2')
  }
}

const amountOf = (text: string | undefined): Micros | undefined =>
  /^[+-]?\d{1,15}$/.test(text ?? '') ? BigInt(text!.replace('+', '')) * MICROS_PER_CENT : undefined

/** How many fields the type of funds takes, itself included. */
function fundsFields(fields: readonly string[], at: number): number {
  switch (fields[at]) {
    case 'S':
      return 4
    case 'V':
      return 3
    case 'D':
      return 2 + 2 * Number(fields[at + 1] ?? 0)
    default:
      return 1
  }
}

function takeAccount(reading: Reading, { fields, line, physical }: BaiRecord): Result<true, StatementFailure> {
  if (reading.account) return unreadable(`line ${line}`, 'begins an account before the last one ended (49)')
  const { date, currency } = reading
  const account: Account = {
    number: fields[1] ?? '',
    currency: fields[2] || currency,
    date,
    opening: undefined,
    closing: undefined,
    control: 0n,
    records: physical,
    lines: [],
  }
  for (let at = 3; at + 1 < fields.length && fields[at] !== '';) {
    const amount = fields[at + 1] === '' ? 0n : amountOf(fields[at + 1])
    if (amount === undefined) return unreadable(`line ${line}`, 'has an amount that cannot be read')
    account.control += amount
    if (fields[at] === OPENING) account.opening = amount
    if (fields[at] === CLOSING) account.closing = amount
    at += 3 + fundsFields(fields, at + 3)
  }
  reading.account = account
  return ok(true)
}

function takeLine({ account }: Reading, { fields, line, physical }: BaiRecord): Result<true, StatementFailure> {
  const [, type = '', amountText] = fields
  const amount = amountOf(amountText)
  if (!account || amount === undefined || !/^\d{3}$/.test(type))
    return unreadable(`line ${line}`, 'is no transaction of an account')
  const rest = fields.slice(3 + fundsFields(fields, 3))
  const [reference = '', customerReference = '', ...words] = rest
  const text = words.join(',').trim()
  // 100-399 came in, 400-699 went out.
  const isCredit = Number(type) < 400
  const named = /\b(?:FROM|ORIG(?:INATOR)?|PAYER|NAME)[:=]\s*([^;/]{2,60})/i.exec(text)
  account.records += physical
  account.control += amount
  account.lines.push({
    bookedOn: account.date,
    amountMicros: isCredit ? amount : -amount,
    currency: account.currency,
    payer: named?.[1]?.trim() ?? text.slice(0, 60),
    payerAccount: '',
    remittance: [text, customerReference].filter(Boolean).join(' '),
    reference,
  })
  return ok(true)
}

function endAccount(reading: Reading, { fields, line, physical }: BaiRecord): Result<true, StatementFailure> {
  const { account } = reading
  if (!account) return unreadable(`line ${line}`, 'ends no account')
  const records = account.records + physical
  if (amountOf(fields[1]) !== account.control)
    return wrongTotal(
      `the control total of account ${account.number.slice(-4)}`,
      fields[1] ?? '',
      String(account.control),
    )
  if (Number(fields[2]) !== records)
    return wrongTotal(`the records of account ${account.number.slice(-4)}`, fields[2] ?? '', String(records))
  const { number, currency, opening, closing, lines } = account
  reading.done.push({ account: number, currency, openingMicros: opening, closingMicros: closing, lines })
  reading.groupControl += account.control
  reading.accountsOfGroup++
  reading.account = undefined
  return ok(true)
}

function endGroup(reading: Reading, { fields, line }: BaiRecord): Result<true, StatementFailure> {
  const { account, groupControl, accountsOfGroup, groupRecords } = reading
  if (account) return unreadable(`line ${line}`, 'ends a group before its account (49)')
  if (amountOf(fields[1]) !== groupControl)
    return wrongTotal('the total of a group', fields[1] ?? '', String(groupControl))
  if (Number(fields[2]) !== accountsOfGroup)
    return wrongTotal('the accounts of a group', fields[2] ?? '', String(accountsOfGroup))
  if (Number(fields[3]) !== groupRecords)
    return wrongTotal('the records of a group', fields[3] ?? '', String(groupRecords))
  reading.fileControl += groupControl
  reading.groups++
  reading.groupControl = 0n
  return ok(true)
}

function endFile(reading: Reading, { fields, line }: BaiRecord): Result<true, StatementFailure> {
  const { account, fileControl, groups, fileRecords } = reading
  if (account) return unreadable(`line ${line}`, 'ends the file before its account (49)')
  if (amountOf(fields[1]) !== fileControl)
    return wrongTotal('the total of the file', fields[1] ?? '', String(fileControl))
  if (Number(fields[2]) !== groups) return wrongTotal('the groups of the file', fields[2] ?? '', String(groups))
  if (Number(fields[3]) !== fileRecords)
    return wrongTotal('the records of the file', fields[3] ?? '', String(fileRecords))
  reading.isEnded = true
  return ok(true)
}
