/** Which record a call sample means: numbers as people write them, a time that is about right, one tenant. */

import type { Tx } from '../../../platform/db/index.ts'

export type WantedCall = { readonly from: string; readonly to: string; readonly at: number }

/** Watches differ, and people round to the quarter of an hour. */
const MARGIN_MS = 20 * 60_000
const CANDIDATES_MAX = 5000
/** Digits at the end that make two ways of writing one number. */
const TAIL = 7

type Candidate = {
  readonly id: string
  readonly tenantId: string
  readonly from: string
  readonly to: string
  readonly startedAt: number
}

const digitsOf = (text: string): string => text.replaceAll(/\D/g, '')

/** Whether a number as it was written means a number as it is stored: equal ends, or equal extensions. */
function isSame(written: string, stored: string): boolean {
  const one = digitsOf(written)
  const other = digitsOf(stored)
  if (one === '' || other === '') return false
  if (one.length < TAIL || other.length < TAIL) return one === other
  const shorter = Math.min(one.length, other.length, 10)
  return one.slice(-shorter) === other.slice(-shorter)
}

/**
 * The record nearest in time whose numbers fit, of the tenant itself and whoever is below it in the tree; undefined
 * when none does. A caller's extension may stand for the number that was shown, so the called number alone is enough
 * when it is unambiguous.
 */
export async function resolveSample(tx: Tx, tenantId: string, wanted: WantedCall): Promise<string | undefined> {
  const candidates = await tx<Candidate[]>`
    select cdr.id, cdr.tenant_id as "tenantId", from_number as "from", to_number as "to", started_at as "startedAt"
    from tenant helped
    join tenant on tenant.path >= helped.path and tenant.path < helped.path || '~'
    join cdr on cdr.tenant_id = tenant.id
      and cdr.occurred_at >= ${wanted.at - MARGIN_MS} and cdr.occurred_at < ${wanted.at + MARGIN_MS}
    where helped.id = ${tenantId}
    order by cdr.occurred_at limit ${CANDIDATES_MAX}`
  const distance = ({ startedAt }: Candidate): number => Math.abs(startedAt - wanted.at)
  const nearest = (fits: (one: Candidate) => boolean): string | undefined =>
    candidates.filter(fits).toSorted((a, b) => distance(a) - distance(b))[0]?.id
  const both = nearest((one) => isSame(wanted.from, one.from) && isSame(wanted.to, one.to))
  if (both !== undefined) return both
  // The number shown to the other side differs from the extension that dialled.
  const called = candidates.filter((one) => isSame(wanted.to, one.to))
  if (wanted.to !== '' && called.length === 1) return called[0]!.id
  return nearest((one) => wanted.to === '' && isSame(wanted.from, one.from))
}
