/** What the operations on traces do: they find the call, leave out what belongs to others, and give the rest. */

import { isId, ok, type Failure, type Result } from '../../base/index.ts'
import { drawLadder, findCallTrace, writePcap, type CallTrace } from '../../network/trace/index.ts'
import { flushTrace } from '../../company/switch/index.ts'
import type { CallerContext, Handlers } from '../../platform/http/index.ts'
import { isStaff } from '../../platform/identity/index.ts'
import { noTrace } from './errors.ts'
import type { OfficeOperationsParts } from './parts.ts'
import type { traceOperations } from './trace-operations.ts'

const PATIENCE_MS = 500

type Found = { readonly trace: CallTrace; readonly isPartial: boolean }

/** Handlers of ladder and capture. */
export function traceHandlers({ brands, bus, traceFolder }: OfficeOperationsParts): Handlers<typeof traceOperations> {
  const find = async (id: string, context: CallerContext): Promise<Result<Found, Failure<'office.no_trace'>>> => {
    const callId = await callOf(id, context)
    // Messages of this moment are written first; without `signal` what it wrote is still there.
    await bus.request('signal', flushTrace, {}, { timeoutMs: PATIENCE_MS })
    const trace = await findCallTrace(traceFolder, callId)
    const seen = trace && (await visiblePart(trace, context))
    if (!seen) return noTrace
    context.note({ subjectKind: 'call', after: { callId: seen.trace.callId ?? callId } })
    return ok(seen)
  }
  return {
    async readLadder({ params }, context) {
      const found = await find(params.id, context)
      if (!found.ok) return found
      const { trace, isPartial } = found.value
      const { parties, legs, arrows } = drawLadder(trace.messages)
      return ok({
        callId: trace.callId ?? params.id,
        // We are called by the name of the brand that is looked at.
        parties: parties.map((one) => (one.isUs ? { ...one, name: brands.byHost(context.host).name } : one)),
        legs: [...legs],
        arrows: arrows.map((arrow) => ({ ...arrow, status: arrow.status ?? null })),
        isPartial: isPartial || trace.isCut,
      })
    },
    async downloadPcap({ params }, context) {
      const found = await find(params.id, context)
      if (!found.ok) return found
      const { trace } = found.value
      return ok({ fileName: `call-${trace.callId ?? params.id}.pcap`, bytes: writePcap(trace.messages) })
    },
  }
}

/** The call that a record of the caller's scope tells of; otherwise the id is the call's own. */
async function callOf(id: string, { transaction }: CallerContext): Promise<string> {
  if (!isId(id)) return id
  const [row] = await transaction(
    (tx) => tx<{ callId: string }[]>`select call_id as "callId" from cdr where id = ${id}::uuid`,
  )
  return row?.callId ?? id
}

/** The legs whose customers the caller may see; the provider's people see all of them. */
async function visiblePart(trace: CallTrace, { caller, transaction }: CallerContext): Promise<Found | undefined> {
  if (isStaff(caller.role)) return { trace, isPartial: false }
  const tenantIds = trace.legs.flatMap((leg) => leg.tenantId ?? [])
  const rows = await transaction(
    (tx) => tx<{ id: string }[]>`select id from tenant where id = any(${tenantIds}::uuid[])`,
  )
  const visible = new Set(rows.map((row) => row.id))
  const legs = trace.legs.filter((leg) => leg.tenantId !== undefined && visible.has(leg.tenantId))
  if (legs.length === 0) return undefined
  const own = new Set(legs.map((leg) => leg.sipCallId))
  const messages = trace.messages.filter((message) => own.has(message.sipCallId))
  return { trace: { ...trace, legs, messages }, isPartial: legs.length < trace.legs.length }
}
