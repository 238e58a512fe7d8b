/** What the operations of services and messages do. */

import { ok } from '../../base/index.ts'
import { readPage, toPage, type Handlers } from '../../platform/http/index.ts'
import { ownPersonOf, type Caller } from '../../platform/identity/index.ts'
import { noSuchMessage } from './errors.ts'
import { removeService, setService } from './extension-service.ts'
import type { NumbersOperationsParts } from './parts.ts'
import type { serviceOperations } from './service-operations.ts'
import { listMessages, markMessage, messageFor } from './voice-messages.ts'

const NOBODY = '00000000-0000-0000-0000-000000000000'

/** A phone user sees the messages of his own extensions only. */
function personOf(caller: Caller): string | undefined {
  return caller.role === 'phone_user' ? (ownPersonOf(caller) ?? NOBODY) : undefined
}

/** Handlers of services and messages. */
export function serviceHandlers({ clock, messages }: NumbersOperationsParts): Handlers<typeof serviceOperations> {
  return {
    async setService({ params, body }, { transaction, note }) {
      const set = await transaction((tx) => setService(tx, clock, { extensionId: params.id, service: body }))
      if (set.ok) note({ subjectKind: 'extension', subjectId: params.id, after: { service: body } })
      return set
    },
    async removeService({ params }, { transaction, note }) {
      const removed = await transaction((tx) => removeService(tx, params.id))
      if (removed.ok) note({ subjectKind: 'extension', subjectId: params.id, after: { service: null } })
      return removed
    },
    async listMessages({ query }, { caller, transaction }) {
      const page = readPage(query, ['instant', 'id'])
      if (!page.ok) return page
      const filter = { extensionId: query.extensionId, personId: personOf(caller) }
      const rows = await transaction((tx) => listMessages(tx, filter, page.value))
      return ok(toPage(rows, page.value.limit, (row) => [row.leftAt, row.id]))
    },
    async hearMessage({ params }, { caller, transaction, note }) {
      const { id } = params
      const message = await transaction((tx) => messageFor(tx, id, personOf(caller)))
      const bytes = message && (await messages.read(id))
      if (!bytes) return noSuchMessage
      note({ subjectKind: 'voice_message', subjectId: id })
      await transaction((tx) => markMessage(tx, id, { heardAt: clock.now() }))
      messages.changed(message.extensionId)
      return ok({ fileName: `message-${id}.wav`, bytes })
    },
    async deleteMessage({ params }, { caller, transaction, note }) {
      const { id } = params
      const deleted = await transaction(async (tx) =>
        (await messageFor(tx, id, personOf(caller))) ? markMessage(tx, id, { deletedAt: clock.now() }) : noSuchMessage,
      )
      if (!deleted.ok) return deleted
      note({ subjectKind: 'voice_message', subjectId: id })
      messages.changed(deleted.value.extensionId)
      return ok({ id })
    },
  }
}
