/** Leave to talk: decided in memory at once, and told when it is on disk where somebody waits for that. */

import { ok, type Result } from '../../base/index.ts'
import { allowCarriers, withCarriers } from './allow-carriers.ts'
import { isAble, later, type Engine } from './engine.ts'
import { belowCost, unavailable } from './errors.ts'
import type { ForgottenRequest, Grant, ReserveFailure, ReserveRequest } from './protocol.ts'
import { withPlan } from './plan-of-call.ts'
import { releaseForgotten } from './release-expired.ts'

/** Shorter than the caller's, so that it is told why. */
const PATIENCE_MS = 2500

/** Decides about a call; what was granted is written with the next batch. */
export function reserveCall(engine: Engine, request: ReserveRequest): Result<Grant, ReserveFailure> {
  const { credit, terms, meter } = engine
  if (!isAble(engine)) return meter.decided(unavailable)
  const account = credit.account(request.accountId)?.terms
  const direction = request.direction === 'inbound' ? 'inbound' : 'outbound'
  const { destination, at } = request
  const quote =
    account && withPlan(credit.pools, account, terms.quote(account.deckId, direction, destination, at), request)
  const above = credit.above(request.accountId)
  const upper = above.map(({ deckId }) => terms.quote(deckId, direction, destination, at))
  // Carriers are the provider's: what whoever buys from him pays is set against what they ask.
  const sold = above.length > 0 ? upper.at(-1) : quote
  const currency = (above.at(-1) ?? account)?.currency
  const routes = allowCarriers(terms, request, sold && currency ? { quote: sold, currency } : undefined)
  engine.belowCost.note(routes.below)
  if (!routes.ok) return meter.decided(belowCost)
  const decided = credit.reserve(request, quote, ...upper)
  if (!decided.ok) return meter.decided(engine.refusals.note(request, decided))
  const granted = withCarriers(decided, routes.carriers)
  if (granted.ok) later(engine, { kind: 'hold', cdrId: request.cdrId })
  return meter.decided(granted)
}

/**
 * Changes a reservation and answers when the change is on disk. A disk that is slow delays the call, as long as its
 * switch has patience; only new reservations are refused meanwhile.
 */
export async function holdOn<T>(
  engine: Engine,
  cdrId: string,
  change: () => Result<T, ReserveFailure>,
): Promise<Result<T, ReserveFailure>> {
  if (!engine.terms.isReady()) return unavailable
  const changed = change()
  if (!changed.ok) return changed
  const { promise, resolve } = Promise.withResolvers<Result<T, ReserveFailure>>()
  const patience = engine.clock.after(PATIENCE_MS, () => resolve(unavailable))
  engine.commit.add({ kind: 'hold', cdrId }).then(
    () => resolve(changed),
    () => resolve(unavailable),
  )
  return promise.finally(() => patience.stop())
}

/** Frees what a switch that died had reserved; answered when that is on disk. */
export async function freeForgotten(
  engine: Engine,
  request: ForgottenRequest,
): Promise<Result<{ freed: number }, ReserveFailure>> {
  if (!isAble(engine)) return unavailable
  const forgotten = releaseForgotten(engine.credit, request, engine.log)
  try {
    await Promise.all(forgotten.map((cdrId) => engine.commit.add({ kind: 'release', cdrId })))
    return ok({ freed: forgotten.length })
  } catch {
    return unavailable
  }
}
