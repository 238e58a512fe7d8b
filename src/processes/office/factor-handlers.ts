/** What the operations on passkeys and one-time codes do. */

import { ok } from '../../base/index.ts'
import {
  addPasskey,
  beginCodes,
  beginPasskey,
  codeRefused,
  confirmCodes,
  endCodes,
  listPasskeys,
  passkeyRefused,
  removePasskey,
  signInByCode,
  signInByPasskey,
  usesCodes,
  type Caller,
  type Place,
} from '../../platform/identity/index.ts'
import type { Handlers, PublicContext } from '../../platform/http/index.ts'
import type { factorOperations } from './factor-operations.ts'
import { describeCaller } from './identity-handlers.ts'
import type { OfficeOperationsParts } from './parts.ts'

/** Only the person himself decides how he comes in: no program, and nobody who looks through his eyes. */
function ownerOf({ loginId, tenantId, impersonatorId }: Caller) {
  return loginId === undefined || impersonatorId !== undefined ? undefined : { loginId, tenantId }
}

/** Handlers of passkeys and one-time codes. */
export function factorHandlers(parts: OfficeOperationsParts): Handlers<typeof factorOperations> {
  return { ...passkeyHandlers(parts), ...codeHandlers(parts) }
}

type CodeNames = 'signInByCode' | 'beginCodes' | 'confirmCodes' | 'endCodes'
type AllHandlers = Handlers<typeof factorOperations>

const comeIn = ({ source, userAgent }: PublicContext) => ({ source, userAgent })

function passkeyHandlers(parts: OfficeOperationsParts): Omit<AllHandlers, CodeNames> {
  const { identity, brands } = parts
  const placeOf = ({ host, origin }: PublicContext): Place => ({ rpId: host, origin })
  const withinOf = ({ host }: PublicContext): string => brands.byHost(host).tenantPath
  return {
    beginPasskey: (_, { host }) =>
      Promise.resolve(ok({ challenge: beginPasskey(identity), rpId: host, rpName: brands.byHost(host).name })),
    async signInByPasskey({ body }, context) {
      const from = { ...comeIn(context), replaces: context.sessionToken, within: withinOf(context) }
      const signedIn = await signInByPasskey(identity, body, placeOf(context), from)
      if (!signedIn.ok) return signedIn
      context.setSession(signedIn.value.token)
      return ok(describeCaller(signedIn.value.caller, brands))
    },
    async readFactors(_, { caller, transaction }) {
      const { loginId } = caller
      if (loginId === undefined) return ok({ usesCodes: false, passkeys: [] })
      return transaction(async (tx) =>
        ok({ usesCodes: await usesCodes(tx, loginId), passkeys: [...(await listPasskeys(tx, loginId))] }),
      )
    },
    addPasskey: ({ body }, context) =>
      context.transaction(async (tx) => {
        const owner = ownerOf(context.caller)
        if (!owner) return passkeyRefused
        const { label, ...answer } = body
        const added = await addPasskey(tx, identity, { ...owner, label, answer, place: placeOf(context) })
        if (!added.ok) return added
        context.note({ subjectKind: 'login', subjectId: owner.loginId, after: { passkey: label } })
        return ok({ id: added.value })
      }),
    removePasskey: ({ params }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        const owner = ownerOf(caller)
        if (!owner || !(await removePasskey(tx, owner.loginId, params.id))) return passkeyRefused
        note({ subjectKind: 'login', subjectId: owner.loginId, before: { passkey: params.id } })
        return ok(undefined)
      }),
  }
}

function codeHandlers(parts: OfficeOperationsParts): Pick<AllHandlers, CodeNames> {
  const { identity, brands, codeBox } = parts
  return {
    async signInByCode({ body }, context) {
      const signedIn = await signInByCode(identity, codeBox, { ...body, ...comeIn(context) })
      if (!signedIn.ok) return signedIn
      context.setSession(signedIn.value.token)
      return ok(describeCaller(signedIn.value.caller, brands))
    },
    beginCodes: (_, { caller, host, transaction, note }) =>
      transaction(async (tx) => {
        const owner = ownerOf(caller)
        if (!owner || (await usesCodes(tx, owner.loginId))) return codeRefused
        const secret = await beginCodes(tx, identity, codeBox, owner)
        note({ subjectKind: 'login', subjectId: owner.loginId })
        const issuer = encodeURIComponent(brands.byHost(host).name)
        const uri = `otpauth://totp/${issuer}:${encodeURIComponent(caller.name)}?secret=${secret}&issuer=${issuer}`
        return ok({ secret, uri })
      }),
    confirmCodes: ({ body }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        const owner = ownerOf(caller)
        if (!owner) return codeRefused
        const confirmed = await confirmCodes(tx, identity, codeBox, owner, body.code)
        if (!confirmed.ok) return confirmed
        note({ subjectKind: 'login', subjectId: owner.loginId, after: { oneTimeCodes: true } })
        return ok({ paper: [...confirmed.value] })
      }),
    endCodes: (_, { caller, transaction, note }) =>
      transaction(async (tx) => {
        const owner = ownerOf(caller)
        if (!owner || !(await endCodes(tx, owner.loginId))) return codeRefused
        note({ subjectKind: 'login', subjectId: owner.loginId, after: { oneTimeCodes: false } })
        return ok(undefined)
      }),
  }
}
