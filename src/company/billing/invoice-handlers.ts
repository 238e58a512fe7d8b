/** What the operations on invoices do. */

import { ok, type Clock } from '../../base/index.ts'
import { readPage, toPage, type Handlers } from '../../platform/http/index.ts'
import { permissionsOf, type Caller } from '../../platform/identity/index.ts'
import { actorOf } from '../tenant/index.ts'
import { noSuchInvoice, notADraft } from './errors.ts'
import type { invoiceOperations } from './invoice-operations.ts'
import { invoiceCalls, invoiceLines } from './invoices/invoice-calls.ts'
import { moveInvoices } from './invoices/invoice-status.ts'
import { listInvoices, readDocument, readInvoice } from './invoices/read-invoices.ts'

/** Drafts are for those who bill. */
function seesDrafts(caller: Caller): boolean {
  return permissionsOf(caller.role).has('billing.read')
}

/** Handlers of invoices. */
export function invoiceHandlers(clock: Clock): Handlers<typeof invoiceOperations> {
  return {
    async listInvoices({ query }, { caller, transaction }) {
      const page = readPage(query, ['text', 'id'])
      if (!page.ok) return page
      const filter = { ...query, withDrafts: seesDrafts(caller) }
      const rows = await transaction((tx) => listInvoices(tx, filter, page.value))
      return ok(toPage(rows, page.value.limit, (row) => [row.periodTo, row.id]))
    },
    async readInvoice({ params }, { caller, transaction }) {
      const found = await transaction((tx) => readInvoice(tx, params.id, seesDrafts(caller)))
      return found ? ok({ ...found, lines: [...found.lines], taxes: [...found.taxes] }) : noSuchInvoice
    },
    async downloadInvoice({ params }, { transaction }) {
      const found = await transaction((tx) => readDocument(tx, params.id))
      if (!found) return noSuchInvoice
      return ok({ fileName: `${found.number}.pdf`, bytes: found.content })
    },
    async listInvoiceCalls({ params, query }, { caller, transaction }) {
      const page = readPage(query, ['instant', 'id'])
      if (!page.ok) return page
      return transaction(async (tx) => {
        const found = await readInvoice(tx, params.id, seesDrafts(caller))
        if (!found) return noSuchInvoice
        const line = found.lines.find((one) => one.line === query.line)
        if (query.line !== undefined && !line?.calls) return ok({ items: [], next: null })
        const rows = await invoiceCalls(tx, found, line?.calls ?? undefined, page.value)
        return ok(toPage(rows, page.value.limit, (row) => [row.occurredAt, row.id]))
      })
    },
    async downloadInvoiceLines({ params }, { caller, transaction }) {
      const found = await transaction((tx) => readInvoice(tx, params.id, seesDrafts(caller)))
      if (!found) return noSuchInvoice
      return ok({ fileName: `${found.number ?? 'draft'}-lines.csv`, rows: invoiceLines(found) })
    },
    discardInvoice: ({ params, body }, { caller, source, transaction, note }) =>
      transaction(async (tx) => {
        const found = await readInvoice(tx, params.id, true)
        if (!found) return noSuchInvoice
        if (found.status !== 'draft') return notADraft
        const actor = actorOf(caller, source)
        const moved = await moveInvoices(tx, clock, { ids: [params.id], to: 'void', actor, reason: body.reason })
        if (!moved.ok) return notADraft
        note({ subjectKind: 'invoice', subjectId: params.id, after: { status: 'void' }, reason: body.reason })
        return ok({ ...found, status: 'void' as const })
      }),
  }
}
