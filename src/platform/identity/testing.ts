/** What tests of others need of one-time codes. */
export { codeOfStep, stepOf } from './one-time-codes.ts'
