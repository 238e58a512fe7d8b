/** What is sold and at which price: products, subscriptions, rate decks. */
export { createProduct, subscribe, type NewProduct, type NewSubscription, type ProductKind } from './sell.ts'
export { activateVersion, createDeck, deckActivations, importDeck } from './import-deck.ts'
export type { Activation, DeckImport, ImportedDeck, NewDeck } from './import-deck.ts'
export { deckColumns, readDeck } from './read-deck.ts'
export { deckInForce } from './read-catalog.ts'
export type { DeckFileFailure, DeckInvalid, NoSuchDeck, NoSuchVersion, LineFault } from './errors.ts'
export {
  activeVersions,
  findRate,
  loadRateTable,
  ratesOf,
  timedRates,
  type ActiveVersion,
  type RatedBy,
  type RateQuery,
} from './load-rates.ts'
export { assignedPlans, readCounters, type AssignedPlan } from './read-plans.ts'
export { assignPlan, createGroup, createPlan, type NewPlan, type PlanAssignment } from './make-plan.ts'
export { simulateDeckFile, simulateQuestion, type FileSimulation } from './simulate-file.ts'
export { catalogOperations, type CatalogOperationsParts } from './handlers.ts'
