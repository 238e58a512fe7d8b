/**
 * A file of debits for the bank: what is open of everybody who agreed. Each debit is a payment in the posting queue,
 * named in the file by a reference of its own; a returned one is reversed by it. The file is kept sealed, as it was.
 */

import { newId, ok, type Failure, type Result } from '../../../../base/index.ts'
import type { Tx } from '../../../../platform/db/index.ts'
import { invoicesOf } from '../allocation/open-invoices.ts'
import { noDebits } from '../errors.ts'
import { inHouse, type PaymentParts } from '../parts.ts'
import { debitAccounts, type DebitAccount } from './debit-mandates.ts'
import { enterPayment } from './enter-payment.ts'
import { writeCpa005, type Cpa005Originator } from './write-cpa005.ts'
import { writeNacha, type NachaOriginator } from './write-nacha.ts'

export type DebitFileRequest = {
  readonly sellerId: string
  readonly dueOn: string
  readonly createdBy: string
} & (
  | { readonly format: 'cpa005'; readonly originator: Cpa005Originator }
  | { readonly format: 'nacha'; readonly originator: NachaOriginator }
)

export type DebitFile = {
  readonly id: string
  readonly fileName: string
  readonly content: string
  readonly items: number
  readonly totalMicros: bigint
}

type Item = { readonly account: DebitAccount; readonly amountMicros: bigint; readonly reference: string }

/** Makes the next file of a seller; every debit in it stands in the posting queue afterwards. */
export function makeDebitFile(parts: PaymentParts, asked: DebitFileRequest): Promise<Result<DebitFile, Failure>> {
  const { clock, secretBox } = parts
  const { sellerId, format, dueOn, createdBy } = asked
  return inHouse(parts, async (tx): Promise<Result<DebitFile, Failure>> => {
    await tx`select 1 from tenant where id = ${sellerId} for update`
    const [last] = await tx<{ number: number | null }[]>`
      select max(file_number) as number from debit_file where tenant_id = ${sellerId} and format = ${format}`
    const fileNumber = ((last?.number ?? 0) % 9999) + 1
    const items = await collect(parts, tx, asked, fileNumber)
    if (items.length === 0) return noDebits
    const content = contentOf(asked, items, fileNumber, localTime(clock.now()))
    const id = newId(clock)
    const totalMicros = items.reduce((sum, { amountMicros }) => sum + amountMicros, 0n)
    await tx`
      insert into debit_file
        (id, tenant_id, format, file_number, due_on, item_count, total_micros, sealed, created_by, created_at)
      values
        (${id}, ${sellerId}, ${format}, ${fileNumber}, ${dueOn}::text::date, ${items.length}, ${totalMicros},
         ${secretBox.seal(`debit file ${id}`, content)}, ${createdBy}, ${clock.now()})`
    return ok({
      id,
      fileName: `${format}-${String(fileNumber).padStart(4, '0')}.txt`,
      content,
      items: items.length,
      totalMicros,
    })
  })
}

const localTime = (ms: number): string =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO('UTC').toPlainDateTime().toString().slice(0, 16)

async function collect(
  parts: PaymentParts,
  tx: Tx,
  { sellerId, format, dueOn, createdBy }: DebitFileRequest,
  fileNumber: number,
): Promise<readonly Item[]> {
  const items: Item[] = []
  for (const account of await debitAccounts(tx, parts, sellerId, format, parts.clock)) {
    const [waiting] = await tx`
      select 1 from payment where account_id = ${account.accountId} and method = 'debit' and status = 'received'`
    if (waiting) continue
    const open = await invoicesOf(tx, account.accountId)
    const amountMicros = open.reduce((sum, { openMicros }) => sum + openMicros, 0n)
    if (amountMicros <= 0n) continue
    const reference = `F${String(fileNumber).padStart(4, '0')}-${String(items.length + 1).padStart(6, '0')}`
    const { tenantId } = account
    const entered = { tenantId, method: 'debit' as const, amountMicros, invoiceId: null, reference, valueDate: dueOn }
    const made = await enterPayment(tx, parts.clock, { ...entered, createdBy })
    if (made.ok) items.push({ account, amountMicros, reference })
  }
  return items
}

function contentOf(asked: DebitFileRequest, items: readonly Item[], fileNumber: number, createdAt: string): string {
  const { dueOn } = asked
  if (asked.format === 'cpa005') {
    const debits = items.flatMap(({ account: { name, place }, amountMicros, reference }) =>
      place.country === 'CA' ? [{ reference, payer: name, place, amountMicros }] : [],
    )
    return writeCpa005({ originator: asked.originator, fileNumber, createdOn: createdAt.slice(0, 10), dueOn, debits })
  }
  const debits = items.flatMap(({ account: { name, place }, amountMicros, reference }) =>
    place.country === 'US' ? [{ reference, payer: name, ...place, amountMicros }] : [],
  )
  const fileLetter = String.fromCharCode(65 + ((fileNumber - 1) % 26))
  return writeNacha({ originator: asked.originator, fileLetter, createdAt, dueOn, batch: fileNumber, debits })
}
