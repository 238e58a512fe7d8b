/** What the operations of reratings do: they write what is asked for; `charge` does it. */

import { newId, ok, type Clock } from '../../base/index.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { Handlers } from '../../platform/http/index.ts'
import { isStaff, subjectOf } from '../../platform/identity/index.ts'
import { badRange, badRerate, noSuchCustomer, noSuchRerate, providerOnly, rerateNotReady } from './errors.ts'
import { readRange } from './range.ts'
import type { rerateOperations } from './rerate-operations.ts'
import { lookAtRerates, type RerateResult } from './rerate-protocol.ts'

type Texts<One> = Omit<One, 'oldMicros' | 'newMicros'> & { readonly oldMicros: string; readonly newMicros: string }
type StoredResult = Omit<RerateResult, 'totals' | 'largest'> & {
  readonly totals: readonly Texts<RerateResult['totals'][number]>[]
  readonly largest: readonly Texts<RerateResult['largest'][number]>[]
}
type Row = {
  readonly id: string
  readonly state: 'asked' | 'previewed' | 'applying' | 'applied' | 'failed'
  readonly customerId: string | null
  readonly deckId: string | null
  readonly versionId: string | null
  readonly from: number
  readonly to: number
  readonly reason: string
  readonly result: StoredResult | null
  readonly failure: string | null
}

/** Handlers of reratings. */
export function rerateHandlers({ bus, clock }: { bus: Bus; clock: Clock }): Handlers<typeof rerateOperations> {
  /** When charging is away it finds the rerating in the table as soon as it is back. */
  const wake = async (): Promise<void> => void (await bus.request('charge', lookAtRerates, {}))
  return {
    async previewRerate({ body }, context) {
      const { caller, transaction, note, at } = context
      if (!isStaff(caller.role)) return providerOnly
      const range = readRange(body, caller.zone)
      if (!range.ok) return range
      const { from, to } = range.value
      if (from === to) return badRange('the range is empty')
      const { customerId, deckId, versionId, reason } = body
      if ((customerId === undefined) === (deckId === undefined)) return badRerate
      const id = context.repeatId ?? newId(clock)
      const answer = await transaction(async (tx) => {
        if (customerId !== undefined && (await tx`select from customer where tenant_id = ${customerId}`).length === 0) {
          return noSuchCustomer
        }
        if (!(await areDecksThere(tx, deckId, versionId))) return badRerate
        await tx`
          insert into rerate (id, tenant_id, customer_id, deck_id, version_id, from_at, to_at, reason, state,
                              created_by, created_at)
          values (${id}, ${caller.tenantId}, ${customerId ?? null}, ${deckId ?? null}, ${versionId ?? null}, ${from},
                  ${to}, ${reason}, 'asked', ${subjectOf(caller) ?? null}, ${at})
          on conflict (id) do nothing`
        note({ subjectKind: 'rerate', subjectId: id, after: body, reason })
        return ok(shown((await readRow(tx, id))!))
      })
      if (answer.ok) await wake()
      return answer
    },
    readRerate: ({ params }, { transaction }) =>
      transaction(async (tx) => {
        const row = await readRow(tx, params.id)
        return row ? ok(shown(row)) : noSuchRerate
      }),
    async applyRerate({ params }, { caller, transaction, note }) {
      if (!isStaff(caller.role)) return providerOnly
      const answer = await transaction(async (tx) => {
        const before = await readRow(tx, params.id)
        if (!before) return noSuchRerate
        const [begun] = await tx`
          update rerate set state = 'applying' where id = ${params.id} and state = 'previewed' returning id`
        if (!begun) return rerateNotReady
        const { reason, result } = before
        note({ subjectKind: 'rerate', subjectId: params.id, after: { differences: result?.differences ?? 0 }, reason })
        return ok(shown((await readRow(tx, params.id))!))
      })
      if (answer.ok) await wake()
      return answer
    },
  }
}

async function areDecksThere(tx: Tx, deckId: string | undefined, versionId: string | undefined): Promise<boolean> {
  const decks = deckId === undefined ? 1 : (await tx`select from rate_deck where id = ${deckId}`).length
  if (decks === 0 || versionId === undefined) return decks > 0
  const found = await tx`
    select from rate_deck_version where id = ${versionId} and deck_id = coalesce(${deckId ?? null}::uuid, deck_id)`
  return found.length > 0
}

async function readRow(tx: Tx, id: string): Promise<Row | undefined> {
  const [row] = await tx<Row[]>`
    select id, state, customer_id as "customerId", deck_id as "deckId", version_id as "versionId", from_at as "from",
           to_at as "to", reason, result, failure
    from rerate where id = ${id}`
  return row
}

function shown({ result, ...row }: Row) {
  const amounts = <One extends { oldMicros: string; newMicros: string }>(ones: readonly One[]) =>
    ones.map((one) => ({ ...one, oldMicros: BigInt(one.oldMicros), newMicros: BigInt(one.newMicros) }))
  if (!result) return { ...row, result }
  return { ...row, result: { ...result, totals: amounts(result.totals), largest: amounts(result.largest) } }
}
