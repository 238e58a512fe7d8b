/**
 * Takes in a bank's file: whole and right, once. Lines that came before are known by their key; where the seller lets
 * it happen, a line that is certain is posted, by the rule's name.
 */

import { createHash } from 'node:crypto'
import { newId, ok, type Failure, type Result } from '../../../../base/index.ts'
import { duplicateFile, noMapping } from '../errors.ts'
import { inHouse, type PaymentParts } from '../parts.ts'
import { policyOf } from '../policy.ts'
import { certainMatch, proposeMatches } from './match-line.ts'
import { postLine } from './post-line.ts'
import { readCandidates } from './read-candidates.ts'
import type { CsvMapping } from './read-csv.ts'
import { formatOf, readStatement } from './read-statement.ts'
import { keyLines } from './statement.ts'
import { readLines } from './statement-lines.ts'

export type Imported = {
  readonly accounts: number
  readonly lines: number
  /** Of them, those that were not there before. */
  readonly added: number
  /** Posted by the rule. */
  readonly posted: number
}

/** Imports a file for a seller. */
export async function importStatement(
  parts: PaymentParts,
  given: {
    readonly sellerId: string
    readonly fileName: string
    readonly source: string
    readonly mappingId: string | undefined
    readonly importedBy: string | null
  },
): Promise<Result<Imported, Failure>> {
  const { clock } = parts
  const { sellerId, fileName, source, mappingId, importedBy } = given
  const mapping = mappingId === undefined ? undefined : await mappingOf(parts, sellerId, mappingId)
  if (mappingId !== undefined && !mapping) return noMapping
  const read = readStatement(source, mapping)
  if (!read.ok) return read
  const sha256 = createHash('sha256').update(source).digest('hex')
  const done = await inHouse(parts, async (tx): Promise<Result<Imported, Failure>> => {
    await tx`select 1 from tenant where id = ${sellerId} for update`
    const [known] = await tx`select 1 from bank_statement where tenant_id = ${sellerId} and sha256 = ${sha256}`
    if (known) return duplicateFile
    let [lines, added] = [0, 0]
    for (const statement of read.value) {
      const id = newId(clock)
      const keyed = keyLines(statement)
      const { account, currency, openingMicros, closingMicros } = statement
      await tx`
        insert into bank_statement
          (id, tenant_id, sha256, format, file_name, account, currency, opening_micros, closing_micros, line_count,
           new_count, imported_by, imported_at)
        values
          (${id}, ${sellerId}, ${sha256}, ${formatOf(source)!}, ${fileName.slice(0, 200)}, ${account.slice(0, 60)},
           ${currency}, ${openingMicros ?? null}, ${closingMicros ?? null}, ${keyed.length}, 0, ${importedBy},
           ${clock.now()})`
      const fresh = await tx`
        insert into statement_line
          (id, tenant_id, statement_id, line_key, booked_on, amount_micros, currency, payer, payer_account, remittance,
           reference, status)
        select id, ${sellerId}, ${id}, key, booked_on, amount, currency, left(payer, 200), left(payer_account, 60),
               left(remittance, 500), left(reference, 140), case when amount > 0 then 'open' else 'ignored' end
        from unnest(
          ${keyed.map(() => newId(clock))}::uuid[], ${keyed.map((one) => one.key)}::text[],
          ${keyed.map((one) => one.bookedOn)}::text[]::date[],
          ${keyed.map((one) => String(one.amountMicros))}::text[]::bigint[],
          ${keyed.map((one) => one.currency)}::text[], ${keyed.map((one) => one.payer)}::text[],
          ${keyed.map((one) => one.payerAccount)}::text[], ${keyed.map((one) => one.remittance)}::text[],
          ${keyed.map((one) => one.reference)}::text[]
        ) as line (id, key, booked_on, amount, currency, payer, payer_account, remittance, reference)
        on conflict (tenant_id, line_key) do nothing returning id`
      await tx`update bank_statement set new_count = ${fresh.length} where id = ${id}`
      lines += keyed.length
      added += fresh.length
    }
    return ok({ accounts: read.value.length, lines, added, posted: 0 })
  })
  if (!done.ok) return done
  return ok({ ...done.value, posted: await postCertain(parts, sellerId) })
}

async function mappingOf(parts: PaymentParts, sellerId: string, id: string): Promise<CsvMapping | undefined> {
  const [row] = await inHouse(
    parts,
    (tx) => tx<{ mapping: CsvMapping }[]>`
      select mapping from statement_mapping where id = ${id} and tenant_id = ${sellerId}`,
  )
  return row?.mapping
}

/** "Automatic posting is a brand switch, off by default": posts what is certain, one by one. */
async function postCertain(parts: PaymentParts, sellerId: string): Promise<number> {
  const { automaticPosting } = await inHouse(parts, (tx) => policyOf(tx, sellerId))
  if (!automaticPosting) return 0
  const open = await inHouse(parts, (tx) => readLines(tx, { sellerId, status: 'open' }))
  let posted = 0
  for (const line of open) {
    const candidates = await inHouse(parts, (tx) => readCandidates(tx, sellerId))
    const certain = certainMatch(proposeMatches(line, candidates))
    if (!certain) continue
    const rule = `rule: ${certain.evidence.map(({ reason }) => reason).join(', ')} (${certain.points} points)`
    const done = await postLine(parts, {
      lineId: line.id,
      customerId: certain.customerId,
      invoiceId: certain.invoiceId,
      by: { actor: { id: undefined, role: 'system' }, rule: rule.slice(0, 200) },
    })
    if (done.ok) posted++
  }
  return posted
}
