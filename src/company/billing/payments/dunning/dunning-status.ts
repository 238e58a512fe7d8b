/**
 * How far an account is chased: overdue, reminded, warned, restricted, suspended, terminated. "Movement only by:
 * payment posted (back to current at once), promise to pay, dispute, manual override with reason." The ladder goes by
 * whole days after the due date of the oldest open invoice; it knows nothing of card retries.
 */

import type { Clock, Result } from '../../../../base/index.ts'
import type { Tx } from '../../../../platform/db/index.ts'
import { transition, type Actor, type Effect, type Machine } from '../../../../platform/transitions/index.ts'
import type { TransitionFailure } from '../../../../platform/transitions/index.ts'
import { customerMachine } from '../../../tenant/index.ts'
import { systemActor } from '../payment-status.ts'

export const dunningStages = [
  'current',
  'overdue',
  'reminder',
  'final_notice',
  'restricted',
  'suspended',
  'terminated',
] as const

export type DunningStage = (typeof dunningStages)[number]

/** Outbound paid calls are refused; inbound, on-net, support and emergency calls never ask this state. */
const closeAccount: Effect = {
  name: 'paid calls are refused',
  async act(tx, rows) {
    await tx`
      update account set status = 'suspended'
      where status = 'open'
        and id in (select account_id from dunning where id = any(${rows.map(({ id }) => id)}::uuid[]))`
  },
}

const openAccount: Effect = {
  name: 'paid calls work again',
  async act(tx, rows) {
    await tx`
      update account set status = 'open'
      where status = 'suspended'
        and id in (select account_id from dunning where id = any(${rows.map(({ id }) => id)}::uuid[]))`
  },
}

const people = ['provider_admin', 'provider_billing', 'partner_admin', 'partner_billing', 'system']

/** The stages and who moves an account between them. */
export const dunningMachine: Machine<DunningStage> = {
  entity: 'dunning',
  table: 'dunning',
  stateColumn: 'stage',
  states: dunningStages,
  initial: ['current'],
  final: ['terminated'],
  moves: [
    { from: ['current'], to: 'overdue', by: people },
    { from: ['current', 'overdue'], to: 'reminder', by: people },
    { from: ['current', 'overdue', 'reminder'], to: 'final_notice', by: people },
    {
      from: ['current', 'overdue', 'reminder', 'final_notice'],
      to: 'restricted',
      by: people,
      effects: [closeAccount],
    },
    {
      from: ['current', 'overdue', 'reminder', 'final_notice', 'restricted'],
      to: 'suspended',
      by: people,
      effects: [closeAccount],
    },
    { from: ['suspended'], to: 'terminated', by: people },
    {
      from: ['overdue', 'reminder', 'final_notice', 'restricted', 'suspended'],
      to: 'current',
      by: people,
      effects: [openAccount],
    },
  ],
}

/** Moves an account; termination ends the customer's service as a whole, after the notices before it. */
export async function moveDunning(
  tx: Tx,
  clock: Clock,
  move: {
    readonly id: string
    readonly tenantId: string
    readonly to: DunningStage
    readonly reason: string
    readonly actor?: Actor
  },
): Promise<Result<unknown, TransitionFailure>> {
  const { id, tenantId, to, reason, actor = systemActor } = move
  const moved = await transition(tx, clock, { machine: dunningMachine, ids: [id], to, actor, reason })
  if (!moved.ok || to !== 'terminated') return moved
  return transition(tx, clock, { machine: customerMachine, ids: [tenantId], to, actor, reason })
}
