/** Looks whether the books are right: the questions that every crash test ends with, and `doctor` asks. */

import type { Tx } from '../../platform/db/index.ts'
import type { LedgerFault } from './protocol.ts'

type Check = { readonly rule: string; readonly sql: string }

const checks: readonly Check[] = [
  {
    rule: 'the entries of every posting sum to zero in each currency',
    sql: `select posting_id::text as id from ledger_entry group by posting_id, currency having sum(amount_micros) <> 0`,
  },
  {
    rule: 'all entries sum to zero in each currency',
    sql: `select currency as id from ledger_entry group by currency having sum(amount_micros) <> 0`,
  },
  {
    rule: 'every posting has two entries or more',
    sql: `select id::text from posting
          where (select count(*) from ledger_entry where posting_id = posting.id) < 2`,
  },
  {
    rule: 'an entry has the currency of its account',
    sql: `select entry.posting_id::text as id from ledger_entry as entry
          join account on account.id = entry.account_id where account.currency <> entry.currency`,
  },
  {
    rule: "a customer's balance equals the sum of its entries",
    sql: `select account.id::text from account
          left join account_balance as balance on balance.account_id = account.id
          where account.kind in ('customer', 'wholesale') and coalesce(balance.balance_micros, 0)
            <> (select coalesce(sum(amount_micros), 0) from ledger_entry where account_id = account.id)`,
  },
  {
    rule: 'the entries of every charge line of a partner sum to its amount',
    sql: `select line.cdr_id::text as id from cdr_charge as line
          where charge_micros <> (
            select coalesce(sum(entry.amount_micros), 0)
            from posting join ledger_entry as entry on entry.posting_id = posting.id
            where posting.cdr_id = line.cdr_id and entry.account_id = line.account_id
              and (posting.kind = 'usage' or posting.kind = 'rerate'))`,
  },
  {
    rule: 'a charge line of a partner belongs to a record, and no level of it is missing',
    sql: `select line.cdr_id::text as id from cdr_charge as line left join cdr on cdr.id = line.cdr_id
          where cdr.id is null or (line.level > 1 and not exists (
            select from cdr_charge as below where below.cdr_id = line.cdr_id and below.level = line.level - 1))`,
  },
  {
    rule: 'what a level holds belongs to a reservation',
    sql: `select cdr_id::text as id from reservation_level where cdr_id not in (select cdr_id from reservation)`,
  },
  {
    rule: 'what was posted to the account of a charged record sums to its amount',
    sql: `select cdr.id::text from cdr
          where charge_micros > 0 and charge_micros <> (
            select coalesce(sum(entry.amount_micros), 0)
            from posting join ledger_entry as entry on entry.posting_id = posting.id
            where posting.cdr_id = cdr.id and entry.account_id = cdr.account_id
              and (posting.kind = 'usage' or posting.kind = 'rerate'))`,
  },
  {
    rule: 'the parts of a charge sum to it',
    sql: `select part.cdr_id::text as id from cdr_component as part join cdr on cdr.id = part.cdr_id
          group by part.cdr_id, cdr.charge_micros having sum(part.amount_micros) <> cdr.charge_micros`,
  },
  {
    rule: 'every revision of a charge is posted with its difference',
    sql: `select posting_id::text as id from cdr_revision as revision
          group by posting_id, account_id
          having sum(new_micros - old_micros) <> (
            select coalesce(sum(amount_micros), 0) from ledger_entry as entry
            where entry.posting_id = revision.posting_id and entry.account_id = revision.account_id)`,
  },
  {
    rule: 'every usage posting belongs to a charged record',
    sql: `select posting.id::text from posting left join cdr on cdr.id = posting.cdr_id
          where posting.kind = 'usage' and coalesce(cdr.charge_micros, 0) = 0 and not exists (
            select from cdr_charge as line where line.cdr_id = posting.cdr_id and line.charge_micros > 0)
            and not exists (select from cdr_revision as revision where revision.cdr_id = posting.cdr_id)`,
  },
  {
    rule: 'a stored record holds no reservation',
    sql: `select cdr_id::text as id from reservation where cdr_id in (select id from cdr)`,
  },
]

/** Runs every check on what the transaction may see; charge and the owner see all. Empty when the books are right. */
export async function checkLedger(tx: Tx): Promise<readonly LedgerFault[]> {
  const faults: LedgerFault[] = []
  for (const { rule, sql } of checks) {
    const rows = await tx.unsafe<{ id: string }[]>(sql)
    if (rows.length > 0) faults.push({ rule, count: rows.length, examples: rows.slice(0, 10).map((row) => row.id) })
  }
  return faults
}
