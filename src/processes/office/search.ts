/**
 * Finds things by what somebody types: a name, a number in any of its forms, an id. Each kind is looked for only by
 * those who may read it, within their scope; calls are found by their numbers or their Call-ID alone, by index.
 */

import { dialledDigits, formatNumber, nanp, toE164 } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { OutputOf } from '../../platform/http/index.ts'
import type { Caller, Permission } from '../../platform/identity/index.ts'
import { personFilter } from '../../company/ledger/index.ts'
import type { searchOperations } from './search-operations.ts'

type Found = OutputOf<typeof searchOperations.search>['items'][number]
type FoundRow = Pick<Found, 'id' | 'title' | 'note'> & { readonly at?: number }

/** Of each kind. */
const SHOWN = 5
/** Calls that begin with the same digits are looked at up to so many. */
const CALLS_LOOKED_AT = 100
/** Fewer digits begin too many numbers. */
const DIGITS_MIN = 3

type Sought = {
  readonly text: string
  /** The number that was typed, as it is stored; undefined while it is none, or not a whole one. */
  readonly full: string | undefined
  /** What stored numbers begin with when this is the beginning of one; none when it cannot be. */
  readonly beginnings: readonly string[]
}

/** What a typed text may stand for. */
function soughtOf(typed: string): Sought {
  const text = typed.trim()
  const digits = dialledDigits(text)
  const bare = digits?.replace('+', '') ?? ''
  if (digits === undefined || bare.length < DIGITS_MIN) return { text, full: undefined, beginnings: [] }
  const full = toE164(digits, nanp)
  if (full !== undefined) return { text, full, beginnings: [full] }
  if (digits.startsWith('+')) return { text, full, beginnings: [digits] }
  return { text, full, beginnings: [`+${nanp.countryCode}${bare}`, `+${bare}`, bare] }
}

type Finder = {
  readonly kind: Found['kind']
  readonly needs: Permission
  readonly find: (tx: Tx, sought: Sought, caller: Caller) => Promise<readonly FoundRow[]>
}

const finders: readonly Finder[] = [
  {
    kind: 'number',
    needs: 'numbers.read',
    find: async (tx, { beginnings }) =>
      beginnings.length === 0
        ? []
        : named(
            await tx<FoundRow[]>`
            select phone_number.id, phone_number.number as title, tenant.name as note
            from phone_number join tenant on tenant.id = phone_number.tenant_id
            where exists (
              select from unnest(${beginnings}::text[]) as form where starts_with(phone_number.number, form))
            order by phone_number.number limit ${SHOWN}`,
          ),
  },
  {
    kind: 'customer',
    needs: 'customers.read',
    find: (tx, { text }) => tx<FoundRow[]>`
      select tenant.id, tenant.name as title, customer.account_code as note
      from customer join tenant on tenant.id = customer.tenant_id
      where strpos(lower(tenant.name || ' ' || customer.account_code), lower(${text}::text)) > 0
      order by lower(tenant.name), tenant.id limit ${SHOWN}`,
  },
  {
    kind: 'person',
    needs: 'people.read',
    find: (tx, { text }) => tx<FoundRow[]>`
      select person.id, person.name as title, person.email as note from person
      where strpos(lower(person.name || ' ' || person.email), lower(${text}::text)) > 0
      order by lower(person.name), person.id limit ${SHOWN}`,
  },
  {
    kind: 'extension',
    needs: 'extensions.read',
    find: (tx, { text }) => tx<FoundRow[]>`
      select extension.id, extension.number || ' ' || extension.name as title, tenant.name as note
      from extension join tenant on tenant.id = extension.tenant_id
      where extension.status = 'active'
        and (extension.number = ${text} or strpos(lower(extension.name), lower(${text}::text)) > 0)
      order by extension.number, extension.id limit ${SHOWN}`,
  },
  {
    kind: 'phone',
    needs: 'extensions.read',
    find: (tx, { text }) => tx<FoundRow[]>`
      select device.id, device.label as title, device.sip_user as note from device
      where device.status = 'active'
        and strpos(lower(device.label || ' ' || device.sip_user), lower(${text}::text)) > 0
      order by device.sip_user, device.id limit ${SHOWN}`,
  },
  {
    kind: 'invoice',
    needs: 'invoices.read',
    find: (tx, { text }) => tx<FoundRow[]>`
      select invoice.id, invoice.number as title, tenant.name as note
      from invoice join tenant on tenant.id = invoice.tenant_id
      where lower(invoice.number) = lower(${text}::text)
      order by invoice.created_at desc limit ${SHOWN}`,
  },
  {
    kind: 'ticket',
    needs: 'tickets.read',
    find: async (tx, { text }) => {
      const number = /^#?(\d{1,12})$/.exec(text)?.[1]
      if (number === undefined) return []
      return tx<FoundRow[]>`
        select ticket.id, '#' || ticket.number || ' ' || ticket.subject as title, ticket.company as note
        from ticket where ticket.number = ${BigInt(number)} limit ${SHOWN}`
    },
  },
  { kind: 'call', needs: 'calls.read', find: findCalls },
]

/** The newest calls from or to a number, or those of a Call-ID; of the beginning of a number some of the newest. */
async function findCalls(tx: Tx, { text, full, beginnings }: Sought, caller: Caller): Promise<readonly FoundRow[]> {
  const personId = personFilter(caller)
  const own = personId === null ? tx`` : tx`and person_id = ${personId}::uuid`
  const columns = tx`
    id, from_number || ' → ' || to_number as title, from_name || ' ' || to_name as note, occurred_at as at`
  if (beginnings.length === 0) {
    return tx<FoundRow[]>`
      select ${columns} from cdr where sip_call_id = ${text} ${own} order by occurred_at desc limit ${SHOWN}`
  }
  // Each in the order of its index: one number by time, a beginning by number first.
  const side = (column: string, form: string) =>
    full === undefined
      ? tx`(select ${columns} from cdr
          where ${tx(column)} collate "C" >= ${form} and ${tx(column)} collate "C" < ${`${form}:`} ${own}
          order by ${tx(column)} collate "C", occurred_at desc limit ${CALLS_LOOKED_AT})`
      : tx`(select ${columns} from cdr where ${tx(column)} collate "C" = ${form} ${own}
          order by occurred_at desc limit ${SHOWN})`
  const sides = beginnings.flatMap((form) => [side('from_number', form), side('to_number', form)])
  const all = sides.reduce((sum, one) => tx`${sum} union ${one}`)
  return tx<FoundRow[]>`select * from (${all}) as found order by at desc limit ${SHOWN}`
}

const named = (rows: readonly FoundRow[]): readonly FoundRow[] =>
  rows.map((row) => ({ ...row, title: formatNumber(row.title) }))

/** Everything that fits, numbers first. */
export async function search(tx: Tx, caller: Caller, typed: string): Promise<readonly Found[]> {
  const sought = soughtOf(typed)
  const found: Found[] = []
  for (const { kind, needs, find } of finders) {
    if (!caller.permissions.has(needs)) continue
    const rows = await find(tx, sought, caller)
    found.push(...rows.map((row) => ({ ...row, kind, at: row.at ?? null })))
  }
  return found
}
