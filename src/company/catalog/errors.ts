/** The ways in which price lists and sales fail. */

import { fail, type Failure } from '../../base/index.ts'

/** A fault of a deck's file, with the line it stands on (the header is line 1). */
export type LineFault = { readonly line: number; readonly message: string }

export type DeckInvalid = Failure<'catalog.deck_invalid'>
/** What can be wrong with the file of a deck. */
export type DeckFileFailure = DeckInvalid | Failure<'catalog.deck_too_large'>
export type NoSuchDeck = Failure<'catalog.no_such_deck'>
export type NoSuchVersion = Failure<'catalog.no_such_version'>

/** Faults beyond this number are counted, not listed. */
export const FAULTS_SHOWN = 100

/** The file has faults; nothing of it was imported. */
export function deckInvalid(faults: readonly LineFault[], total = faults.length) {
  const first = faults[0] ? `; line ${faults[0].line}: ${faults[0].message}` : ''
  return fail('catalog.deck_invalid', `the deck has ${total} fault(s), so nothing was imported${first}`, {
    total,
    lines: faults.slice(0, FAULTS_SHOWN),
  })
}

export type PlanInvalid = Failure<'catalog.plan_invalid'>

/** A plan that contradicts itself. */
export function planInvalid(message: string) {
  return fail('catalog.plan_invalid', message)
}

/** More than a deck may hold. */
export function deckTooLarge(what: string, most: number) {
  return fail('catalog.deck_too_large', `the deck has more than ${most} ${what}; split it into several decks`, { most })
}

export const noSuchDeck = fail('catalog.no_such_deck', 'there is no rate deck with this id')
export type NoSuchPlan = Failure<'catalog.no_such_plan'>
export type NoSuchCustomer = Failure<'catalog.no_such_customer'>
export type NoSuchSeller = Failure<'catalog.no_such_seller'>
export const noSuchPlan = fail('catalog.no_such_plan', 'there is no plan with this id')
export const noSuchCustomer = fail('catalog.no_such_customer', 'there is no customer with this id')
export const noSuchSeller = fail('catalog.no_such_seller', 'there is no provider or partner with this id')
export const noSuchVersion = fail('catalog.no_such_version', 'this rate deck has no such version')
