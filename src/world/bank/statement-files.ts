/** The files that the bank of the outside gives out: one month's lines as CAMT.053, BAI2, OFX and a table. */

import { csvLine, formatDecimal, type Micros } from '../../base/index.ts'

export type BankLine = {
  readonly bookedOn: string
  /** What came in is positive. */
  readonly amountMicros: Micros
  readonly payer: string
  readonly payerAccount: string
  readonly remittance: string
  readonly reference: string
}

export type BankMonth = {
  readonly account: string
  readonly currency: string
  readonly openingMicros: Micros
  readonly lines: readonly BankLine[]
}

const MICROS_PER_CENT = 10_000n
const money = (micros: Micros): string => formatDecimal(micros / MICROS_PER_CENT, 2, 2)
const size = (micros: Micros): Micros => (micros < 0n ? -micros : micros)
const closing = ({ openingMicros, lines }: BankMonth): Micros =>
  lines.reduce((sum, { amountMicros }) => sum + amountMicros, openingMicros)
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** CAMT.053, version 08. */
export function writeCamt(month: BankMonth): string {
  const { account, currency, openingMicros, lines } = month
  const mark = (micros: Micros): string => (micros < 0n ? 'DBIT' : 'CRDT')
  const balance = (code: string, micros: Micros): string =>
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="${currency}">${money(size(micros))}</Amt>` +
    `<CdtDbtInd>${mark(micros)}</CdtDbtInd></Bal>`
  const entries = lines.map(({ amountMicros, bookedOn, reference, payer, payerAccount, remittance }) =>
    [
      `<Ntry><Amt Ccy="${currency}">${money(size(amountMicros))}</Amt><CdtDbtInd>${mark(amountMicros)}</CdtDbtInd>`,
      `<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>${bookedOn}</Dt></BookgDt><AcctSvcrRef>${reference}</AcctSvcrRef>`,
      '<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>',
      `<RltdPties><Dbtr><Pty><Nm>${escaped(payer)}</Nm></Pty></Dbtr>`,
      `<DbtrAcct><Id><Othr><Id>${payerAccount}</Id></Othr></Id></DbtrAcct></RltdPties>`,
      `<RmtInf><Ustrd>${escaped(remittance)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`,
    ].join(''),
  )
  const sum = lines.reduce((all, { amountMicros }) => all + size(amountMicros), 0n)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>',
    `<Acct><Id><Othr><Id>${account}</Id></Othr></Id><Ccy>${currency}</Ccy></Acct>`,
    balance('OPBD', openingMicros),
    balance('CLBD', closing(month)),
    `<TxsSummry><TtlNtries><NbOfNtries>${lines.length}</NbOfNtries><Sum>${money(sum)}</Sum></TtlNtries></TxsSummry>`,
    ...entries,
    '</Stmt></BkToCstmrStmt></Document>',
    '',
  ].join('\n')
}

/** BAI2; the payer's name stands in the text, as banks of the United States write it. */
export function writeBai2(month: BankMonth): string {
  const { account, currency, openingMicros, lines } = month
  const cents = (micros: Micros): string => String(micros / MICROS_PER_CENT)
  const plain = (text: string): string => text.replaceAll(/[/\r\n]/g, ' ')
  const date = (lines[0]?.bookedOn ?? '2026-01-01').slice(2).replaceAll('-', '')
  const heads = [
    `01,BANK,DIALHOUSE,${date},0600,1,80,10,2/`,
    `02,DIALHOUSE,BANK,1,${date},0600,${currency},2/`,
    `03,${account},${currency},010,${cents(openingMicros)},,,015,${cents(closing(month))},,/`,
  ]
  const details = lines.flatMap(({ amountMicros, reference, payer, remittance }) => [
    `16,${amountMicros < 0n ? '495' : '195'},${cents(size(amountMicros))},0,${reference},,FROM:${plain(payer)};`,
    `88,${plain(remittance)}`,
  ])
  const total = lines.reduce((sum, { amountMicros }) => sum + size(amountMicros), openingMicros + closing(month))
  const accountRecords = details.length + 2
  return [
    ...heads,
    ...details,
    `49,${cents(total)},${accountRecords}/`,
    `98,${cents(total)},1,${accountRecords + 2}/`,
    `99,${cents(total)},1,${accountRecords + 4}/`,
    '',
  ].join('\n')
}

/** OFX 1.x, whose tags have no end. */
export function writeOfx({ account, currency, lines }: BankMonth): string {
  const transactions = lines.map(({ amountMicros, bookedOn, reference, payer, remittance }) =>
    [
      `<STMTTRN><TRNTYPE>${amountMicros < 0n ? 'DEBIT' : 'CREDIT'}`,
      `<DTPOSTED>${bookedOn.replaceAll('-', '')}120000`,
      `<TRNAMT>${money(amountMicros)}`,
      `<FITID>${reference}`,
      `<NAME>${escaped(payer)}`,
      `<MEMO>${escaped(remittance)}`,
      '</STMTTRN>',
    ].join('\n'),
  )
  return [
    'OFXHEADER:100',
    'DATA:OFXSGML',
    'VERSION:102',
    '',
    '<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>',
    `<CURDEF>${currency}`,
    `<BANKACCTFROM><BANKID>003<ACCTID>${account}<ACCTTYPE>CHECKING</BANKACCTFROM>`,
    '<BANKTRANLIST>',
    ...transactions,
    '</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>',
    '',
  ].join('\n')
}

/** A table as the bank's site gives it. */
export function writeTable({ openingMicros, lines }: BankMonth): string {
  let balance = openingMicros
  const rows = lines.map((line) => {
    balance += line.amountMicros
    const date = `${line.bookedOn.slice(5, 7)}/${line.bookedOn.slice(8)}/${line.bookedOn.slice(0, 4)}`
    return csvLine([date, line.payer, line.remittance, money(line.amountMicros), money(balance), line.reference])
  })
  return csvLine(['Date', 'Name', 'Details', 'Amount', 'Balance', 'Reference']) + rows.join('')
}
