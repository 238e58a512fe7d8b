/** Why a bank's file is refused. Nothing of a refused file is kept. */

import { fail } from '../../../../base/index.ts'

/** More than a month of a busy account. */
export const STATEMENT_BYTES_MAX = 700_000
export const STATEMENT_LINES_MAX = 10_000

export const tooLarge = fail(
  'bank.too_large',
  `a statement has at most ${STATEMENT_BYTES_MAX / 1000} kB and ${STATEMENT_LINES_MAX} lines; import it in parts`,
)
export const unknownFormat = fail('bank.unknown_format', 'the file is none of CAMT.053, BAI2, OFX and CSV')
export const noLines = fail('bank.no_lines', 'the file has no entry of an account')

/** Not what it says it is; `where` is a line or an element. */
export function unreadable(where: string, what: string) {
  return fail('bank.unreadable', `${where}: ${what}`, { where })
}

/** The end is missing: a transfer that broke off. */
export function truncated(what: string) {
  return fail('bank.truncated', `the file ends too early: ${what}; get it from the bank again`)
}

/** A total of the file is not the sum of its lines. */
export function wrongTotal(what: string, stated: string, counted: string) {
  return fail('bank.wrong_total', `${what}: the file says ${stated}, its lines give ${counted}`, { stated, counted })
}

export type StatementFailure =
  | ReturnType<typeof wrongTotal | typeof truncated | typeof unreadable>['failure']
  | (typeof tooLarge | typeof unknownFormat | typeof noLines)['failure']
