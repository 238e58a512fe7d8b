/** State machines as data, and the one act that moves things through them. */
export { transition, type TransitionRequest } from './transition.ts'
export { historyOf, type HistoryEntry } from './history.ts'
export { faultsOfMachine } from './check-machine.ts'
export type { Actor, Effect, Guard, Machine, Move, Moving } from './machine.ts'
export type { TransitionFailure } from './errors.ts'
