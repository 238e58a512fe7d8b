/** What the simulated card processor does with a card, decided by its number: the cards of tests and of the demo. */

/** How a charge of a card ends. `authenticate`: the cardholder has to confirm first, at his bank (3-D Secure). */
export type CardOutcome =
  | 'approved'
  | 'insufficient_funds'
  | 'expired_card'
  | 'lost_card'
  | 'stolen_card'
  | 'do_not_honor'
  | 'processing_error'

export type TestCard = {
  readonly scheme: 'visa' | 'mastercard' | 'amex' | 'discover' | 'jcb'
  readonly funding: 'credit' | 'debit'
  readonly outcome: CardOutcome
  /** `first`: when it is stored or used for the first time; `always`: at every charge. */
  readonly authenticate: 'never' | 'first' | 'always'
  /** The cardholder will say that he did not make the payment. */
  readonly isDisputed: boolean
}

const plain = {
  scheme: 'visa',
  funding: 'credit',
  outcome: 'approved',
  authenticate: 'never',
  isDisputed: false,
} as const satisfies TestCard

/** Every number that the processor takes, by its digits. They are nobody's: test numbers everywhere. */
export const testCards: ReadonlyMap<string, TestCard> = new Map<string, TestCard>([
  ['4242424242424242', plain],
  ['4000056655665556', { ...plain, funding: 'debit' }],
  ['5555555555554444', { ...plain, scheme: 'mastercard' }],
  ['378282246310005', { ...plain, scheme: 'amex' }],
  ['6011111111111117', { ...plain, scheme: 'discover' }],
  ['3566002020360505', { ...plain, scheme: 'jcb' }],
  ['4000000000009995', { ...plain, outcome: 'insufficient_funds' }],
  ['4000000000000069', { ...plain, outcome: 'expired_card' }],
  ['4000000000009987', { ...plain, outcome: 'lost_card' }],
  ['4000000000009979', { ...plain, outcome: 'stolen_card' }],
  ['4000000000000002', { ...plain, outcome: 'do_not_honor' }],
  ['4000000000000119', { ...plain, outcome: 'processing_error' }],
  ['4000002500003155', { ...plain, authenticate: 'first' }],
  ['4000002760003184', { ...plain, authenticate: 'always' }],
  ['4000000000000259', { ...plain, isDisputed: true }],
])
