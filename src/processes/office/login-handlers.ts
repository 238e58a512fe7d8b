/** What the operations on logins do. */

import { ok } from '../../base/index.ts'
import {
  changeAccess,
  endImpersonation,
  impersonate,
  inviteAgain,
  inviteLogin,
  listLogins,
  noPerson,
  type Invitation,
} from '../../platform/identity/index.ts'
import type { Handlers } from '../../platform/http/index.ts'
import { isPersonOf } from '../../company/tenant/index.ts'
import type { loginOperations } from './login-operations.ts'
import type { OfficeOperationsParts } from './parts.ts'

/** Handlers of logins. */
export function loginHandlers({ identity }: OfficeOperationsParts): Handlers<typeof loginOperations> {
  const { db, clock, random } = identity
  return {
    async listLogins({ query }, { transaction }) {
      return ok({ items: [...(await transaction((tx) => listLogins(tx, query.customerId)))] })
    },
    inviteLogin: ({ body }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        const { tenantId = caller.tenantId, locale, personId, ...rest } = body
        const isPhoneUser = rest.role === 'phone_user'
        if (isPhoneUser && !(personId !== undefined && (await isPersonOf(tx, tenantId, personId)))) return noPerson
        const invitation: Invitation = {
          ...rest,
          tenantId,
          zone: caller.zone,
          ...(locale === undefined ? {} : { locale }),
          ...(isPhoneUser && personId !== undefined ? { personId } : {}),
        }
        const invited = await inviteLogin(tx, clock, caller, invitation)
        if (!invited.ok) return invited
        note({ subjectKind: 'login', subjectId: invited.value, after: { tenantId, role: rest.role } })
        return ok({ id: invited.value })
      }),
    inviteAgain: ({ params }, { transaction, note }) =>
      transaction(async (tx) => {
        const invited = await inviteAgain(tx, clock, params.id)
        note({ subjectKind: 'login', subjectId: params.id })
        return invited.ok ? ok(undefined) : invited
      }),
    changeLogin: ({ params, body }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        const changed = await changeAccess(tx, clock, caller, params.id, body)
        if (!changed.ok) return changed
        const { before, after, endedSessions } = changed.value
        note({ subjectKind: 'login', subjectId: params.id, before, after })
        return ok({ endedSessions })
      }),
    impersonate: ({ params, body }, { caller, source, userAgent, transaction, note, setSession }) =>
      transaction(async (tx) => {
        const request = { loginId: params.id, source, userAgent }
        const opened = await impersonate(tx, clock, caller, request, random)
        if (!opened.ok) return opened
        const { token, login, tenantId } = opened.value
        note({ subjectKind: 'login', subjectId: params.id, after: { login, tenantId }, reason: body.reason })
        setSession(token)
        return ok(undefined)
      }),
    async endImpersonation(_, { caller, setSession, note }) {
      const { sessionId, impersonatorId } = caller
      if (sessionId === undefined || impersonatorId === undefined) return ok(undefined)
      note({ subjectKind: 'session', subjectId: sessionId })
      setSession(await db.asService((tx) => endImpersonation(tx, clock, sessionId, random)))
      return ok(undefined)
    },
  }
}
