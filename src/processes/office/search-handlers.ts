/** What the operations of searching and of saved views do: a view is the query of an address under a name. */

import { newId, ok, type Clock } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { Handlers } from '../../platform/http/index.ts'

import { noSuchView, tooManyViews } from './errors.ts'
import { search } from './search.ts'
import type { searchOperations } from './search-operations.ts'

/** Of one login. */
const VIEWS_MAX = 200

type Row = {
  readonly id: string
  readonly name: string
  readonly query: string
  readonly isShared: boolean
  readonly isOwn: boolean
}

/** Handlers of the search and of saved views. */
export function searchHandlers(clock: Clock): Handlers<typeof searchOperations> {
  return {
    async search({ query }, { caller, transaction }) {
      return ok({ items: [...(await transaction((tx) => search(tx, caller, query.q)))] })
    },
    async listSavedViews({ query }, { caller, transaction }) {
      const loginId = caller.loginId ?? null
      const items = await transaction(
        (tx) => tx<Row[]>`
          select id, name, query, is_shared as "isShared",
            coalesce(login_id = ${loginId}::uuid, false) as "isOwn" from saved_view
          where list = ${query.list}
            and (login_id = ${loginId}::uuid or (is_shared and tenant_id = ${caller.tenantId}::uuid))
          order by lower(name), id limit ${VIEWS_MAX}`,
      )
      return ok({ items: [...items] })
    },
    async saveView({ body }, { at, caller, transaction, note }) {
      const { loginId, tenantId } = caller
      if (loginId === undefined) return tooManyViews
      const id = await transaction(async (tx) => {
        if ((await countOf(tx, loginId)) >= VIEWS_MAX) return undefined
        const [row] = await tx<{ id: string }[]>`
          insert into saved_view (id, tenant_id, login_id, list, name, query, is_shared, created_at)
          values (${newId(clock)}, ${tenantId}, ${loginId}, ${body.list}, ${body.name}, ${body.query},
            ${body.isShared}, ${at})
          on conflict (login_id, list, name) do update set query = excluded.query, is_shared = excluded.is_shared
          returning id`
        return row!.id
      })
      if (id === undefined) return tooManyViews
      note({ subjectKind: 'saved_view', subjectId: id, after: body })
      return ok({ id })
    },
    async deleteView({ params }, { caller, transaction, note }) {
      const loginId = caller.loginId ?? null
      const gone = await transaction(
        (tx) => tx`delete from saved_view where id = ${params.id} and login_id = ${loginId}::uuid returning id`,
      )
      if (gone.length === 0) return noSuchView
      note({ subjectKind: 'saved_view', subjectId: params.id })
      return ok(undefined)
    },
  }
}

async function countOf(tx: Tx, loginId: string): Promise<number> {
  const [row] = await tx<{ count: number }[]>`
    select count(*)::int as count from saved_view where login_id = ${loginId}`
  return row!.count
}
