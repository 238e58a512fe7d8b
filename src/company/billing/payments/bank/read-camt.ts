/** CAMT.053: the statement of ISO 20022, one `Stmt` for each account and period. */

import { ok, parseMicros, type Micros, type Result } from '../../../../base/index.ts'
import { unreadable, wrongTotal, type StatementFailure } from './errors.ts'
import type { Statement, StatementLine } from './statement.ts'
import { elements, readXml, textAt, type XmlElement } from './xml.ts'

class Unreadable extends Error {}

/** All statements of a document. */
export function readCamt(source: string): Result<readonly Statement[], StatementFailure> {
  const root = readXml(source)
  if (!root.ok) return root
  const statements = elements(root.value, 'BkToCstmrStmt/Stmt')
  if (root.value.name !== 'Document' || statements.length === 0) return unreadable('<Document>', 'has no statement')
  const read: Statement[] = []
  for (const one of statements) {
    try {
      const statement = statementOf(one)
      const total = checkTotals(one, statement)
      if (!total.ok) return total
      read.push(statement)
    } catch (thrown) {
      if (thrown instanceof Unreadable) return unreadable('<Stmt>', thrown.message)
      throw thrown
    }
  }
  return ok(read)
}

function amountOf(element: XmlElement | undefined): Micros {
  const amount = parseMicros(element?.text ?? '')
  if (!element || !amount.ok || amount.value < 0n) throw new Unreadable('an amount cannot be read')
  return amount.value
}

/** `DBIT` went out; a reversal of one came back in. */
function signed(of: XmlElement, amountMicros: Micros): Micros {
  const mark = textAt(of, 'CdtDbtInd')
  if (mark !== 'CRDT' && mark !== 'DBIT') throw new Unreadable('an entry is neither credit nor debit')
  return mark === 'CRDT' ? amountMicros : -amountMicros
}

function balanceOf(statement: XmlElement, codes: readonly string[]): Micros | undefined {
  for (const code of codes) {
    const found = elements(statement, 'Bal').find((one) => textAt(one, 'Tp/CdOrPrtry/Cd') === code)
    if (found) return signed(found, amountOf(elements(found, 'Amt')[0]))
  }
  return undefined
}

function statementOf(statement: XmlElement): Statement {
  const currency = textAt(statement, 'Acct/Ccy') || (elements(statement, 'Bal/Amt')[0]?.attributes['Ccy'] ?? '')
  const lines = elements(statement, 'Ntry')
    .filter((entry) => textAt(entry, 'Sts/Cd', 'Sts') !== 'PDNG')
    .flatMap((entry) => linesOf(entry, currency))
  return {
    account: textAt(statement, 'Acct/Id/IBAN', 'Acct/Id/Othr/Id'),
    currency,
    openingMicros: balanceOf(statement, ['OPBD', 'PRCD']),
    closingMicros: balanceOf(statement, ['CLBD']),
    lines,
  }
}

/** One line for an entry, or one for each of its transactions when their amounts make up the entry. */
function linesOf(entry: XmlElement, currency: string): StatementLine[] {
  const amount = elements(entry, 'Amt')[0]
  const amountMicros = signed(entry, amountOf(amount))
  const bookedOn = textAt(entry, 'BookgDt/Dt', 'BookgDt/DtTm', 'ValDt/Dt').slice(0, 10)
  if (!/^\d{4}-\d\d-\d\d$/.test(bookedOn)) throw new Unreadable('an entry has no date')
  const reference = textAt(entry, 'AcctSvcrRef', 'NtryRef')
  const shared = { bookedOn, currency: amount!.attributes['Ccy'] ?? currency }
  const details = elements(entry, 'NtryDtls/TxDtls')
  const parts = details.map((one) => elements(one, 'Amt')[0] ?? elements(one, 'AmtDtls/TxAmt/Amt')[0])
  if (details.length > 1 && parts.every((part) => part !== undefined)) {
    const sum = parts.reduce((all, part) => all + amountOf(part), 0n)
    if (sum === amountOf(amount)) {
      return details.map((one, at) => ({
        ...shared,
        ...partiesOf(one),
        amountMicros: amountMicros < 0n ? -amountOf(parts[at]) : amountOf(parts[at]),
        reference: textAt(one, 'Refs/AcctSvcrRef') || (reference && `${reference}/${at + 1}`),
      }))
    }
  }
  const first = details[0]
  const parties = first ? partiesOf(first) : { payer: '', payerAccount: '', remittance: '' }
  const remittance = [parties.remittance, textAt(entry, 'AddtlNtryInf')].filter(Boolean).join(' ')
  return [{ ...shared, ...parties, remittance, amountMicros, reference }]
}

function partiesOf(details: XmlElement): Pick<StatementLine, 'payer' | 'payerAccount' | 'remittance'> {
  const endToEnd = textAt(details, 'Refs/EndToEndId')
  const words = [
    ...elements(details, 'RmtInf/Ustrd').map(({ text }) => text),
    textAt(details, 'RmtInf/Strd/CdtrRefInf/Ref'),
    textAt(details, 'RmtInf/Strd/RfrdDocInf/Nb'),
    endToEnd === 'NOTPROVIDED' ? '' : endToEnd,
  ]
  return {
    payer: textAt(details, 'RltdPties/Dbtr/Nm', 'RltdPties/Dbtr/Pty/Nm', 'RltdPties/UltmtDbtr/Nm'),
    payerAccount: textAt(details, 'RltdPties/DbtrAcct/Id/IBAN', 'RltdPties/DbtrAcct/Id/Othr/Id'),
    remittance: words.filter(Boolean).join(' '),
  }
}

/** What the bank counted itself, where it says so. */
function checkTotals(statement: XmlElement, { lines }: Statement): Result<true, StatementFailure> {
  const count = textAt(statement, 'TxsSummry/TtlNtries/NbOfNtries')
  const entries = elements(statement, 'Ntry').length
  if (count && Number(count) !== entries) return wrongTotal('the number of entries', count, String(entries))
  const sum = textAt(statement, 'TxsSummry/TtlNtries/Sum')
  if (!sum) return ok(true)
  const stated = parseMicros(sum)
  const counted = lines.reduce(
    (all, line) => all + (line.amountMicros < 0n ? -line.amountMicros : line.amountMicros),
    0n,
  )
  return stated.ok && stated.value === counted ? ok(true) : wrongTotal('the sum of entries', sum, String(counted))
}
