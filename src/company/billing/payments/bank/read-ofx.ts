/** OFX and QFX: SGML (1.x, tags without an end) and XML (2.x), read by the same eyes. */

import { ok, parseMicros, type Result } from '../../../../base/index.ts'
import { truncated, unreadable, type StatementFailure } from './errors.ts'
import type { Statement, StatementLine } from './statement.ts'

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&nbsp;': ' ' }

/** The value behind a tag, up to the next tag or the end of its line. */
function valueOf(part: string, tag: string): string {
  const found = new RegExp(`<${tag}>([^<\\r\\n]*)`, 'i').exec(part)?.[1] ?? ''
  return found.replaceAll(/&(?:amp|lt|gt|nbsp);/g, (entity) => entities[entity]!).trim()
}

/** What stands between a tag and its end, each time. */
function blocksOf(part: string, tag: string): string[] {
  return [...part.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'gi'))].map((found) => found[1]!)
}

/** All accounts of a file. */
export function readOfx(source: string): Result<readonly Statement[], StatementFailure> {
  if (!/<OFX>/i.test(source)) return unreadable('the file', 'has no <OFX>')
  if (!/<\/OFX>\s*$/i.test(source)) return truncated('</OFX> is missing')
  const parts = blocksOf(source, 'STMTRS')
  if (parts.length === 0) return unreadable('<OFX>', 'has no statement of a bank account')
  const statements: Statement[] = []
  for (const part of parts) {
    const currency = valueOf(part, 'CURDEF')
    const lines: StatementLine[] = []
    const begun = part.match(/<STMTTRN>/gi)?.length ?? 0
    const blocks = blocksOf(part, 'STMTTRN')
    if (begun !== blocks.length) return truncated('a <STMTTRN> is not closed')
    for (const [at, block] of blocks.entries()) {
      const line = lineOf(block, currency)
      if (!line) return unreadable(`<STMTTRN> ${at + 1}`, 'has no date, no amount or no FITID')
      lines.push(line)
    }
    const seen = new Set<string>()
    const twice = lines.find(({ reference }) => seen.size === seen.add(reference).size)
    if (twice) return unreadable('<FITID>', `${twice.reference.slice(0, 40)} stands there twice`)
    statements.push({
      account: [valueOf(part, 'BANKID'), valueOf(part, 'ACCTID')].filter(Boolean).join('/'),
      currency,
      openingMicros: undefined,
      closingMicros: undefined,
      lines,
    })
  }
  return ok(statements)
}

function lineOf(block: string, currency: string): StatementLine | undefined {
  const date = /^(\d{4})(\d\d)(\d\d)/.exec(valueOf(block, 'DTPOSTED'))
  const amount = parseMicros(valueOf(block, 'TRNAMT').replace(/^\+/, '').replace(',', '.'))
  const reference = valueOf(block, 'FITID')
  if (!date || !amount.ok || reference === '') return undefined
  const cheque = valueOf(block, 'CHECKNUM')
  return {
    bookedOn: `${date[1]}-${date[2]}-${date[3]}`,
    amountMicros: amount.value,
    currency,
    payer: valueOf(block, 'NAME'),
    payerAccount: valueOf(block, 'ACCTID'),
    remittance: [valueOf(block, 'MEMO'), cheque && `cheque ${cheque}`].filter(Boolean).join(' '),
    reference,
  }
}
