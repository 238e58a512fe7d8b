/** What the operations of the provider's people do: audit, mail, jobs. */

import { ok, type Clock } from '../../base/index.ts'
import { readPage, toPage, type Handlers } from '../../platform/http/index.ts'
import { countJobs, deadJobs, reviveJobs } from '../../platform/jobs/index.ts'
import { listAudit } from './list-audit.ts'
import { listMail } from './list-mail.ts'
import type { staffOperations } from './staff-operations.ts'

const DEAD_SHOWN = 100

/** Handlers of what staff looks after. */
export function staffHandlers(clock: Clock): Handlers<typeof staffOperations> {
  return {
    async listAudit({ query }, { transaction }) {
      const page = readPage(query, ['number'])
      if (!page.ok) return page
      const rows = await transaction((tx) => listAudit(tx, query, page.value))
      return ok(toPage(rows, page.value.limit, (row) => [Number(row.sequence)]))
    },
    async listMail({ query }, { transaction }) {
      const page = readPage(query, ['id'])
      if (!page.ok) return page
      const rows = await transaction((tx) => listMail(tx, query.state, page.value))
      return ok(toPage(rows, page.value.limit, (row) => [row.id]))
    },
    readJobs: (_, { transaction }) =>
      transaction(async (tx) => ok({ counts: await countJobs(tx), dead: await deadJobs(tx, DEAD_SHOWN) })),
    async reviveJobs({ body }, { transaction, note }) {
      const revived = await transaction((tx) => reviveJobs(tx, clock, body.ids))
      note({ subjectKind: 'job', after: { ids: body.ids, revived } })
      return ok({ revived })
    },
  }
}
