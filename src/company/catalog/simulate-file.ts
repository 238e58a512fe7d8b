/** Simulations of files: a question as the API takes it, or one call by a whole deck. */

import { z } from 'zod'
import { fail, messageOf, ok, type Micros, type Result } from '../../base/index.ts'
import type { OutputOf } from '../../platform/http/index.ts'
import { compileRateTable } from '../rating/index.ts'
import { deckText } from './deck-text.ts'
import { operations } from './operations.ts'
import { readDeck } from './read-deck.ts'
import { tariffOf } from './read-terms.ts'
import { interval, tariff } from './schemas.ts'
import { simulateCalls, simulateRating } from './simulate.ts'

const { body, output } = operations.simulateRating

export type FileSimulation = {
  /** As the API answers it. */
  readonly json: string
  readonly calls: readonly { readonly to: string; readonly explanation: readonly string[] }[]
  readonly totalMicros: Micros
  readonly currency: string
}

/** Rates what a body of the API asks. */
export function simulateQuestion(text: string, now: number): Result<FileSimulation> {
  const question = parsed(body, () => JSON.parse(text) as unknown)
  if (!question.ok) return question
  const simulated = simulateRating(question.value, now)
  return simulated.ok ? ok(shown(simulated.value)) : simulated
}

type DeckFileCall = {
  readonly zone: string
  readonly interval: string
  readonly currency: string
  readonly rounding: { readonly mode: string; readonly digits: number }
  readonly call: {
    readonly to: string
    readonly direction: string
    readonly durationMs: number
    readonly splitAt: readonly number[]
  }
}

const deckFileCall = z.object({
  tariff,
  interval,
  currency: body.shape.deck.shape.currency,
  calls: body.shape.calls,
})

/** Rates one call by a deck's file, CSV or XLSX. */
export async function simulateDeckFile(file: Buffer, given: DeckFileCall, at: number): Promise<Result<FileSimulation>> {
  const { zone, rounding, call, currency } = given
  const wanted = parsed(deckFileCall, () => ({
    tariff: { zone, rounding },
    interval: given.interval,
    currency,
    calls: [call],
  }))
  if (!wanted.ok) return wanted
  const text = await deckText(file)
  if (!text.ok) return text
  const terms = tariffOf(wanted.value.tariff)
  const rows = readDeck(text.value, { ...terms, interval: wanted.value.interval })
  if (!rows.ok) return rows
  const table = compileRateTable(rows.value, terms)
  const stage = { table, plan: undefined, freeClasses: [], currency: wanted.value.currency, counters: [] }
  return ok(shown(simulateCalls(stage, wanted.value.calls, at)))
}

/** The first thing that a schema has against a value, as a failure. */
function parsed<Schema extends z.ZodType>(schema: Schema, read: () => unknown): Result<z.output<Schema>> {
  try {
    const value = schema.safeParse(read())
    if (value.success) return ok(value.data)
    const [issue] = value.error.issues
    return fail('catalog.bad_question', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not understood'}`)
  } catch (thrown) {
    return fail('catalog.bad_question', messageOf(thrown))
  }
}

function shown(simulated: OutputOf<typeof operations.simulateRating>): FileSimulation {
  const { calls, totals, currency } = simulated
  return { json: JSON.stringify(z.encode(output, simulated)), calls, totalMicros: totals.chargeMicros, currency }
}
