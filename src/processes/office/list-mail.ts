/** Mails as staff sees them: to whom, about what, and whether they went. */

import type { Tx } from '../../platform/db/index.ts'
import type { OutputOf, PageRequest } from '../../platform/http/index.ts'
import type { staffOperations } from './staff-operations.ts'

type ListedMail = OutputOf<typeof staffOperations.listMail>['items'][number]

/** Mails in scope, the latest first, one more than the page holds. */
export async function listMail(
  tx: Tx,
  state: ListedMail['state'] | undefined,
  { after, limit }: PageRequest<['id']>,
): Promise<readonly ListedMail[]> {
  return tx<ListedMail[]>`
    select id, tenant_id as "tenantId", from_address as "fromAddress", to_address as "toAddress", subject, state,
           created_at as "createdAt", sent_at as "sentAt", last_error as "lastError"
    from mail_message
    where true
      ${state === undefined ? tx`` : tx`and state = ${state}`}
      ${after ? tx`and id < ${after[0]}` : tx``}
    order by id desc limit ${limit + 1}`
}
