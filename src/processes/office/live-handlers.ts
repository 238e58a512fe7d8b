/** What the operations of that which happens now do. */

import { ok, type Failure, type Result } from '../../base/index.ts'
import type { Handlers } from '../../platform/http/index.ts'
import { callerOfSession, isApiKeyOpen } from '../../platform/identity/index.ts'
import { endLiveCall, liveCalls, shieldReport, type LiveCall } from '../../company/switch/index.ts'
import { noSuchCall, signalAway, tooManyWatchers } from './errors.ts'
import type { liveOperations } from './live-operations.ts'
import type { OfficeOperationsParts } from './parts.ts'

const SHED_SHOWN = 100

/** Handlers of brand, live calls and processes. */
export function liveHandlers({
  bus,
  brands,
  feed,
  house,
  identity,
}: OfficeOperationsParts): Handlers<typeof liveOperations> {
  const callsNow = async (): Promise<Result<readonly LiveCall[], Failure<'office.signal_away'>>> => {
    const answer = await bus.request('signal', liveCalls, {})
    return answer.ok ? ok(answer.value) : signalAway
  }
  return {
    readBrand(_, { host }) {
      const { name, colour, supportEmail, phone, postalAddress } = brands.byHost(host)
      return Promise.resolve(ok({ name, colour, supportEmail, phone, postalAddress }))
    },
    async listLiveCalls(_, { caller }) {
      const calls = await callsNow()
      if (!calls.ok) return calls
      return ok({ items: calls.value.flatMap((call) => feed.shown(call, caller) ?? []) })
    },
    async endLiveCall({ params }, { caller, note }) {
      const calls = await callsNow()
      if (!calls.ok) return calls
      const isHis = calls.value.some((call) => call.callId === params.callId && feed.shown(call, caller))
      if (!isHis) return noSuchCall
      const ended = await bus.request('signal', endLiveCall, { callId: params.callId })
      if (!ended.ok) return signalAway
      note({ subjectKind: 'call', after: { callId: params.callId } })
      return ended.value ? ok(undefined) : noSuchCall
    },
    watchLive(_, { caller, sessionToken }) {
      if (!feed.hasRoom(caller)) {
        return Promise.resolve(tooManyWatchers)
      }
      const { db, clock } = identity
      // Ends with the session or key; a page that merely watches does not keep a session alive.
      const mayContinue = async (): Promise<boolean> => {
        if (caller.apiKeyId !== undefined) return isApiKeyOpen(db, clock, caller.apiKeyId)
        return (await callerOfSession(db, clock, sessionToken ?? '', { quiet: true })) !== undefined
      }
      return Promise.resolve(ok({ open: (emit, end) => feed.watch({ caller, emit, end }), mayContinue }))
    },
    async readShield() {
      const answer = await bus.request('signal', shieldReport, {})
      if (!answer.ok) return signalAway
      const { refusals, shed, overload } = answer.value
      return ok({ refusals: [...refusals], shed: shed.slice(0, SHED_SHOWN), overload })
    },
    async listProcesses() {
      return ok({ items: [...(await house.processes())] })
    },
  }
}
