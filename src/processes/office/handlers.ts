/** What the office's own operations do. */

import { fail, ok, type Failure, type Result } from '../../base/index.ts'
import type { Bus } from '../../platform/bus/index.ts'
import { bindOperations, type BoundOperation, type Handlers, type OutputOf } from '../../platform/http/index.ts'
import {
  callerOfSession,
  createApiKey,
  isApiKeyOpen,
  listApiKeys,
  listSessions,
  mayGrant,
  noSuchKey,
  noSuchSession,
  requestRecovery,
  resetPassword,
  revokeApiKey,
  revokeSession,
  roleTooWide,
  signIn,
  signOut,
  type Caller,
  type IdentityParts,
} from '../../platform/identity/index.ts'
import { endLiveCall, liveCalls, type LiveCall } from '../../company/switch/index.ts'
import { operations } from '../operations.ts'
import type { Brands } from './brands.ts'
import type { HouseState } from './house-state.ts'
import type { LiveFeed } from './live-feed.ts'
import { tellPasswordChanged } from './recovery-mail.ts'
import { staffHandlers } from './staff-handlers.ts'

export type OfficeParts = {
  readonly identity: IdentityParts
  readonly bus: Bus
  readonly brands: Brands
  readonly house: HouseState
  readonly feed: LiveFeed
}

type OwnHandlers = Handlers<typeof operations>

/** The office's operations, ready to be mounted. */
export function officeOperations(parts: OfficeParts): readonly BoundOperation[] {
  return bindOperations(operations, {
    ...identityHandlers(parts),
    ...keyHandlers(parts),
    ...liveHandlers(parts),
    ...staffHandlers(parts.identity.clock),
  })
}

/** A caller as the API tells him of himself. */
function describeCaller(caller: Caller): OutputOf<typeof operations.readMe> {
  const { loginId, tenantId, name, role, personId, zone, locale, permissions } = caller
  return {
    loginId: loginId ?? null,
    tenantId,
    name,
    role,
    personId: personId ?? null,
    zone,
    locale,
    permissions: [...permissions].toSorted(),
  }
}

type IdentityNames =
  | 'signIn'
  | 'signOut'
  | 'requestRecovery'
  | 'resetPassword'
  | 'readMe'
  | 'listSessions'
  | 'endSession'

function identityHandlers({ identity, brands }: OfficeParts): Pick<OwnHandlers, IdentityNames> {
  return {
    async signIn({ body }, context) {
      const signedIn = await signIn(identity, {
        ...body,
        source: context.source,
        userAgent: context.userAgent,
        replaces: context.sessionToken,
        within: brands.byHost(context.host).tenantPath,
      })
      if (!signedIn.ok) return signedIn
      context.setSession(signedIn.value.token)
      return ok(describeCaller(signedIn.value.caller))
    },
    async signOut(_, context) {
      await context.transaction((tx) => signOut(tx, context.at, context.caller))
      context.setSession(undefined)
      return ok(undefined)
    },
    async requestRecovery({ body }, context) {
      const taken = await requestRecovery(identity, { login: body.login, source: context.source })
      return taken.ok ? ok(undefined) : taken
    },
    async resetPassword({ body }, { source }) {
      const done = await resetPassword(
        identity,
        { ...body, source },
        tellPasswordChanged(identity.clock, identity.log, brands),
      )
      return done.ok ? ok(undefined) : done
    },
    readMe: (_, { caller }) => Promise.resolve(ok(describeCaller(caller))),
    async listSessions(_, { caller, at, transaction }) {
      const { loginId } = caller
      if (loginId === undefined) return ok({ items: [] })
      const open = await transaction((tx) => listSessions(tx, at, loginId))
      return ok({ items: open.map((one) => ({ ...one, isCurrent: one.id === caller.sessionId })) })
    },
    async endSession({ params }, { caller, at, transaction, note }) {
      const { loginId } = caller
      const isEnded = loginId !== undefined && (await transaction((tx) => revokeSession(tx, at, loginId, params.id)))
      if (!isEnded) return noSuchSession
      note({ subjectKind: 'session', subjectId: params.id })
      return ok(undefined)
    },
  }
}

type KeyNames = 'listApiKeys' | 'createApiKey' | 'revokeApiKey'

function keyHandlers({ identity }: OfficeParts): Pick<OwnHandlers, KeyNames> {
  return {
    async listApiKeys(_, { at, transaction }) {
      return ok({ items: [...(await transaction((tx) => listApiKeys(tx, at)))] })
    },
    async createApiKey({ body }, { caller, transaction, note }) {
      if (!mayGrant(caller, body.role)) return roleTooWide
      const { tenantId, zone, loginId } = caller
      const created = await transaction((tx) =>
        createApiKey(tx, identity.clock, {
          tenantId,
          zone,
          name: body.name,
          role: body.role,
          ...(loginId === undefined ? {} : { createdBy: loginId }),
          ...(body.expiresAt === undefined ? {} : { expiresAt: body.expiresAt }),
        }),
      )
      note({ subjectKind: 'api_key', subjectId: created.id, after: { name: body.name, role: body.role } })
      return ok({ id: created.id, prefix: created.prefix, key: created.text })
    },
    async revokeApiKey({ params }, { at, transaction, note }) {
      const isRevoked = await transaction((tx) => revokeApiKey(tx, at, params.id))
      if (!isRevoked) return noSuchKey
      note({ subjectKind: 'api_key', subjectId: params.id })
      return ok(undefined)
    },
  }
}

const signalAway = fail('office.signal_away', 'the switch does not answer at this moment; calls go on, try again')

type LiveNames = 'readBrand' | 'listLiveCalls' | 'endLiveCall' | 'watchLive' | 'listProcesses'

function liveHandlers({ bus, brands, feed, house, identity }: OfficeParts): Pick<OwnHandlers, LiveNames> {
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
      const noSuchCall = fail('office.no_such_call', 'there is no call with this id in progress')
      if (!isHis) return noSuchCall
      const ended = await bus.request('signal', endLiveCall, { callId: params.callId })
      if (!ended.ok) return signalAway
      note({ subjectKind: 'call', after: { callId: params.callId } })
      return ended.value ? ok(undefined) : noSuchCall
    },
    watchLive(_, { caller, sessionToken }) {
      if (!feed.hasRoom(caller)) {
        return Promise.resolve(fail('office.too_many_watchers', 'too many pages are watching; close some of them'))
      }
      const { db, clock } = identity
      // Ends with the session or key; a page that merely watches does not keep a session alive.
      const mayContinue = async (): Promise<boolean> => {
        if (caller.apiKeyId !== undefined) return isApiKeyOpen(db, clock, caller.apiKeyId)
        return (await callerOfSession(db, clock, sessionToken ?? '', { quiet: true })) !== undefined
      }
      return Promise.resolve(ok({ open: (emit, end) => feed.watch({ caller, emit, end }), mayContinue }))
    },
    async listProcesses() {
      return ok({ items: [...(await house.processes())] })
    },
  }
}
