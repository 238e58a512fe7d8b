/** What the operations of coming in and going out do. */

import { ok } from '../../base/index.ts'
import type { Handlers, OutputOf } from '../../platform/http/index.ts'
import {
  changeLogin,
  listSessions,
  noSuchSession,
  requestRecovery,
  resetPassword,
  revokeSession,
  signIn,
  signOut,
  type Caller,
} from '../../platform/identity/index.ts'
import type { identityOperations } from './identity-operations.ts'
import type { Brands } from './brands.ts'
import type { OfficeOperationsParts } from './parts.ts'
import { tellPasswordChanged } from './recovery-mail.ts'

/** A caller as the API tells him of himself. */
export function describeCaller(
  caller: Caller,
  brands: Pick<Brands, 'accountCodeOf'>,
): OutputOf<typeof identityOperations.readMe> {
  const { loginId, tenantId, name, role, personId, zone, locale, permissions, impersonatorId } = caller
  return {
    loginId: loginId ?? null,
    tenantId,
    accountCode: brands.accountCodeOf(tenantId) ?? null,
    name,
    role,
    personId: personId ?? null,
    isLookedThrough: impersonatorId !== undefined,
    zone,
    locale,
    permissions: [...permissions].toSorted(),
  }
}

/** Handlers of sessions and Password Recovery. */
export function identityHandlers({ identity, brands }: OfficeOperationsParts): Handlers<typeof identityOperations> {
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
      return ok(describeCaller(signedIn.value.caller, brands))
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
    readMe: (_, { caller }) => Promise.resolve(ok(describeCaller(caller, brands))),
    async changeMe({ body }, { caller, transaction, note }) {
      const { loginId } = caller
      if (loginId === undefined) return ok(undefined)
      const changed = await transaction((tx) => changeLogin(tx, loginId, body))
      if (!changed.ok) return changed
      note({ subjectKind: 'login', subjectId: loginId, ...changed.value })
      return ok(undefined)
    },
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
