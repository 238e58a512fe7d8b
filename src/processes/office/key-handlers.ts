/** What the operations of API keys do. */

import { ok } from '../../base/index.ts'
import type { Handlers } from '../../platform/http/index.ts'
import {
  API_KEYS_MAX,
  countApiKeys,
  createApiKey,
  listApiKeys,
  mayGrant,
  noSuchKey,
  revokeApiKey,
  roleTooWide,
  tooManyKeys,
} from '../../platform/identity/index.ts'
import type { keyOperations } from './key-operations.ts'
import type { OfficeOperationsParts } from './parts.ts'

/** Handlers of keys; a key never may more than the one who makes it. */
export function keyHandlers({ identity }: OfficeOperationsParts): Handlers<typeof keyOperations> {
  return {
    async listApiKeys(_, { at, transaction }) {
      return ok({ items: [...(await transaction((tx) => listApiKeys(tx, at)))] })
    },
    async createApiKey({ body }, { at, caller, transaction, note }) {
      if (!mayGrant(caller, body.role)) return roleTooWide
      const { tenantId, zone, loginId } = caller
      if ((await transaction((tx) => countApiKeys(tx, at, tenantId))) >= API_KEYS_MAX) return tooManyKeys
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
