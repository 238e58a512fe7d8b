/** A bank's file, whatever its format: read whole and right, or refused with the reason. */

import type { Result } from '../../../../base/index.ts'
import { STATEMENT_BYTES_MAX, tooLarge, unknownFormat, type StatementFailure } from './errors.ts'
import { readBai2 } from './read-bai2.ts'
import { readCamt } from './read-camt.ts'
import { readCsvStatement, type CsvMapping } from './read-csv.ts'
import { readOfx } from './read-ofx.ts'
import { checkStatements, type Statement } from './statement.ts'

export type StatementFormat = 'camt053' | 'bai2' | 'ofx' | 'csv'

/** What a file looks like; tables have no mark of their own. */
export function formatOf(source: string): StatementFormat | undefined {
  const head = source.slice(0, 2000).replace(/^\uFEFF/, '')
  if (/<OFX>/i.test(head) || head.startsWith('OFXHEADER')) return 'ofx'
  if (/^\s*<[?!]?[A-Za-z]/.test(head)) return 'camt053'
  if (head.startsWith('01,')) return 'bai2'
  return head.trim() === '' ? undefined : 'csv'
}

/** Every account of a file; a table needs its mapping. */
export function readStatement(
  source: string,
  mapping: CsvMapping | undefined,
): Result<readonly Statement[], StatementFailure> {
  if (Buffer.byteLength(source) > STATEMENT_BYTES_MAX) return tooLarge
  const text = source.replace(/^\uFEFF/, '')
  const read = byFormat(formatOf(text), text, mapping)
  return read.ok ? checkStatements(read.value) : read
}

function byFormat(
  format: StatementFormat | undefined,
  text: string,
  mapping: CsvMapping | undefined,
): Result<readonly Statement[], StatementFailure> {
  switch (format) {
    case 'camt053':
      return readCamt(text)
    case 'bai2':
      return readBai2(text)
    case 'ofx':
      return readOfx(text)
    case 'csv':
      return mapping ? readCsvStatement(text, mapping) : unknownFormat
    default:
      return unknownFormat
  }
}
