/** What tests of other modules use of billing. */
export { keyLines, type Statement } from './payments/bank/statement.ts'
export { readStatement } from './payments/bank/read-statement.ts'
export type { CsvMapping } from './payments/bank/read-csv.ts'
export { certainMatch, payerFingerprint, proposeMatches, type Candidate } from './payments/bank/match-line.ts'
