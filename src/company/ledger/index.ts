/** The ledger: who can pay and who paid. */
export * from './protocol.ts'
