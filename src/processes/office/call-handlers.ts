/** What the operation on a call's surroundings does: it joins what several departments know of it. */

import { ok } from '../../base/index.ts'
import { estimateQuality } from '../../network/media/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { Handlers, OutputOf } from '../../platform/http/index.ts'
import { isStaff, type Caller } from '../../platform/identity/index.ts'
import { noSuchCall, personFilter, readCall } from '../../company/ledger/index.ts'
import type { callOperations } from './call-operations.ts'

type Context = OutputOf<typeof callOperations.readCallContext>
type Call = Exclude<Awaited<ReturnType<typeof readCall>>, undefined>

/** Changes that can explain a call: not who signed in, or read something. */
const telling = ['extension', 'device', 'phone_number', 'carrier', 'customer', 'trunk', 'account', 'plan', 'rate_deck']
const DAY_MS = 86_400_000
const CHANGES_MAX = 50

/** Handlers of a call's surroundings. */
export function callHandlers(): Handlers<typeof callOperations> {
  return {
    readCallContext: ({ params }, { caller, transaction }) =>
      transaction(async (tx) => {
        const call = await readCall(tx, params.id, personFilter(caller))
        if (!call) return noSuchCall
        const isWide = caller.permissions.has('extensions.read')
        return ok({
          accountCode: await accountCodeOf(tx, call),
          caller: await partyOf(tx, call, { number: call.from, name: call.fromName }),
          callee: await partyOf(tx, call, { number: call.to, name: call.toName }),
          carrierName: await carrierOf(tx, call, caller),
          heard: heardIn(call.quality),
          changes: isWide ? await changesAround(tx, call) : [],
          siblings: isWide ? await siblingsOf(tx, call) : [],
        })
      }),
  }
}

async function accountCodeOf(tx: Tx, call: Call): Promise<string | null> {
  const [row] = await tx<{ code: string }[]>`
    select account_code as code from customer where tenant_id = ${call.tenantId}`
  return row?.code ?? null
}

async function partyOf(tx: Tx, call: Call, party: { number: string; name: string }): Promise<Context['caller']> {
  const rows = await tx<{ label: string | null }[]>`
    select device.label from extension
    left join device on device.tenant_id = extension.tenant_id and device.extension_id = extension.id
      and device.status = 'active' and device.created_at <= ${call.endedAt}
    where extension.tenant_id = ${call.tenantId}
      and (extension.number = ${party.number} or exists (
        select from phone_number number
        where number.tenant_id = extension.tenant_id and number.number = ${party.number}
          and number.route_extension_id = extension.id))
    order by device.label limit 20`
  return { ...party, devices: rows.flatMap((row) => row.label ?? []), isOwn: rows.length > 0 }
}

async function carrierOf(tx: Tx, { carrierId }: Call, caller: Caller): Promise<string | null> {
  if (carrierId === null || !isStaff(caller.role)) return null
  const [row] = await tx<{ name: string }[]>`select name from carrier where id = ${carrierId}`
  return row?.name ?? null
}

type Counted = {
  readonly codec?: string
  readonly packetsIn?: number
  readonly lost?: number
  readonly jitterMs?: number
}

const sides = ['caller', 'callee'] as const

/** What media counted of each leg, in the order in which they joined, with its score. */
function heardIn(quality: unknown): Context['heard'] {
  if (!Array.isArray(quality)) return []
  return (quality as readonly Counted[]).slice(0, 10).map(({ codec, packetsIn = 0, lost = 0, jitterMs = 0 }, at) => {
    const { mos, lossPercent } = estimateQuality({ codec, packetsIn, lost, jitterMs })
    return {
      side: sides[at] ?? 'other',
      codec: codec ?? null,
      packets: packetsIn,
      lost,
      lossBasisPoints: Math.round(lossPercent * 100),
      jitterMs,
      mosHundredths: mos === undefined ? null : Math.round(mos * 100),
    }
  })
}

function changesAround(tx: Tx, call: Call): Promise<Context['changes']> {
  return tx<Context['changes']>`
    select entry.id, entry.recorded_at as at, entry.action, coalesce(login.name, api_key.name) as "actorName",
           entry.actor_role as "actorRole", entry.subject_kind as "subjectKind", entry.before, entry.after
    from audit_entry entry
    left join login on login.id = entry.actor_id
    left join api_key on api_key.id = entry.actor_id
    where entry.subject_kind = any(${telling})
      and (entry.tenant_id = ${call.tenantId} or entry.subject_id in (
        select ${call.tenantId}::uuid union all
        select id from extension where tenant_id = ${call.tenantId} union all
        select id from device where tenant_id = ${call.tenantId} union all
        select id from phone_number where tenant_id = ${call.tenantId} union all
        select id from account where tenant_id = ${call.tenantId}))
      and entry.recorded_at >= ${call.startedAt - DAY_MS} and entry.recorded_at <= ${call.endedAt + DAY_MS / 24}
    order by entry.recorded_at limit ${CHANGES_MAX}`
}

function siblingsOf(tx: Tx, call: Call): Promise<Context['siblings']> {
  return tx<Context['siblings']>`
    select id, from_number as "from", from_name as "fromName", to_number as "to", to_name as "toName", direction
    from cdr where call_id = ${call.callId} and id <> ${call.id} order by started_at, id limit 20`
}
