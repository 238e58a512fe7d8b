/** What the desk says goes to the one who asked by mail as well; his answer finds the ticket by that mail. */

import type { Clock } from '../../../base/index.ts'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { handling, type JobHandling } from '../../../platform/jobs/index.ts'
import { telling } from './tell-kind.ts'
import { rememberSent } from './take-mail.ts'

export type Told = {
  readonly tenantId: string
  readonly tenantPath: string
  readonly ticketId: string
  readonly number: bigint
  readonly subject: string
  readonly body: string
  readonly to: { readonly name: string; readonly address: string }
}

export type TellParts = {
  readonly db: Db
  readonly clock: Clock
  /** Sends it in the brand's name; the mail's id, and the address that it came from. Undefined when it cannot go. */
  readonly sendTold: (tx: Tx, told: Told) => Promise<{ readonly mailId: string; readonly mailbox: string } | undefined>
}

/** The job. */
export function tellHandling({ db, clock, sendTold }: TellParts): JobHandling {
  return handling(telling, ({ entryId }, job) =>
    db.asService(async (tx) => {
      const [row] = await tx<(Omit<Told, 'to'> & { name: string; email: string })[]>`
        select ticket.tenant_id as "tenantId", tenant.path as "tenantPath", ticket.id as "ticketId", number, subject,
               body, requester_name as name, requester_email as email
        from ticket_entry join ticket on ticket.id = ticket_id join tenant on tenant.id = ticket.tenant_id
        where ticket_entry.id = ${entryId}`
      if (row && row.email !== '') {
        const { name, email, ...told } = row
        const sent = await sendTold(tx, { ...told, to: { name, address: email } })
        const { tenantId, ticketId, subject } = row
        if (sent) await rememberSent(tx, clock, { ...sent, tenantId, ticketId, subject, recipient: email })
      }
      await job.complete(tx)
    }),
  )
}
