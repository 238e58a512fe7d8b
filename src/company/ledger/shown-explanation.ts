/** An explained transaction as a reader is shown it: as data and as sentences, his own levels alone. Pure. */

import { epochMsToLocal, formatMicros } from '../../base/index.ts'
import type { OutputOf } from '../../platform/http/index.ts'
import { toMicros } from '../rating/index.ts'
import type { ExplainedCharge, ExplainedCost, Explanation } from './explanation.ts'
import type { explanationOperations } from './explanation-operations.ts'

export type ShownExplanation = OutputOf<typeof explanationOperations.explainTransaction>

export type Reader = {
  readonly zone: string
  /** Tenants in his scope, of those that the explanation names. */
  readonly tenantIds: ReadonlySet<string>
  /** What carriers ask is the provider's own. */
  readonly isStaff: boolean
}

/** What the reader may see: the levels in his scope, the carrier's cost for the provider's people. */
export function shownExplanation(explanation: Explanation, reader: Reader): ShownExplanation {
  const charges = explanation.charges.filter(({ tenantId }) => reader.tenantIds.has(tenantId))
  const cost = reader.isStaff ? explanation.cost : undefined
  const differences = [
    ...charges.flatMap((charge) => charge.differences.map((one) => `${charge.payer}: ${one}`)),
    ...(cost?.known && !cost.known.matches ? ['the cost of the carrier is not what comes out now'] : []),
  ]
  return {
    id: explanation.cdrId,
    matches: differences.length === 0,
    differences,
    durationSeconds: explanation.seconds,
    rounding: { ...(explanation.charges.find(({ computed }) => computed?.prefix)?.computed?.rounding ?? toMicros) },
    charges: charges.map(shownCharge),
    cost: cost ? shownCost(cost) : null,
    sentences: [
      ...charges.flatMap((charge) => chargeSentences(charge, explanation, reader.zone)),
      ...(cost ? costSentences(cost) : []),
      differences.length === 0
        ? 'Computed again now, everything comes out the same.'
        : 'Computed again now, not the same:',
      ...differences.map(sentence),
    ],
  }
}

function shownCharge(charge: ExplainedCharge): ShownExplanation['charges'][number] {
  const { level, tenantId, payer, chargeMicros, currency, reason, billedSeconds, postedMicros, deck, row } = charge
  const { computed } = charge
  return {
    level,
    payerId: tenantId,
    payer,
    chargeMicros,
    currency,
    reason,
    billedSeconds,
    postedMicros,
    deck: deck ? { name: deck.name, version: deck.number, inForceSince: deck.activatedAt } : null,
    row: row ? { ...row } : null,
    computation: [...charge.explanation],
    computed: computed
      ? { chargeMicros: computed.chargeMicros, billedSeconds: computed.billedSeconds, reason: computed.reason }
      : null,
    components: (computed?.components ?? []).map(({ kind, fromSecond, seconds, amountMicros }) => ({
      kind,
      fromSecond,
      seconds,
      amountMicros,
    })),
    counters: (computed?.counters ?? []).map(({ name, unit, grantedUnits, beforeUnits, afterUnits }) => ({
      name,
      unit,
      granted: grantedUnits?.toString() ?? null,
      before: beforeUnits.toString(),
      after: afterUnits.toString(),
    })),
    matches: charge.differences.length === 0,
  }
}

function shownCost({ carrierId, carrierName, known }: ExplainedCost): NonNullable<ShownExplanation['cost']> {
  const { costMicros = null, currency = null, matches = null } = known ?? {}
  return { carrierId, carrierName, costMicros, currency, computation: [...(known?.sentences ?? [])], matches }
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

function chargeSentences(charge: ExplainedCharge, { number }: Explanation, zone: string): readonly string[] {
  const { payer, deck, row, explanation, chargeMicros, postedMicros, currency } = charge
  const amount = `${formatMicros(chargeMicros)} ${currency}`
  const taken = `${formatMicros(postedMicros)} ${currency}`
  const source: string[] = []
  if (deck && row) {
    const since =
      deck.activatedAt === null ? '' : `, in force since ${epochMsToLocal(deck.activatedAt, zone)} (${zone})`
    source.push(
      `${payer} pays by the price list "${deck.name}", version ${deck.number}${since}.`,
      `The longest prefix in it that ${number} begins with is ${row.prefix}: ${row.destination}.`,
    )
  }
  const booked = chargeMicros > 0n || postedMicros > 0n ? `; the ledger took ${taken} from the account` : ''
  return [...source, ...explanation.map(sentence), `${payer} was charged ${amount}${booked}.`]
}

function costSentences({ carrierName, known }: ExplainedCost): readonly string[] {
  if (!known) return [`What ${carrierName} asks for it is not known: no cost deck was agreed.`]
  const deck = known.deck ? ` by the deck "${known.deck.name}", version ${known.deck.number}` : ''
  return [`${carrierName} asks ${formatMicros(known.costMicros)} ${known.currency}${deck}.`]
}
