/** Which tables and columns a backup carries, and what has to step aside while they are filled. */

import { quoted } from './administrator.ts'
import type { Sql } from './column-types.ts'

export type CopiedTable = { readonly name: string; readonly columns: readonly string[] }

/**
 * Every table with the columns that are stored: not what is computed from others, and no transaction numbers
 * (xid8), which mean nothing in another cluster. Which migrations there were stands in the backup's head.
 */
export async function copiedTables(sql: Sql): Promise<readonly CopiedTable[]> {
  return sql<CopiedTable[]>`
    select c.relname::text as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname <> 'schema_migration' and a.attgenerated = '' and a.atttypid <> 'xid8'::regtype
    group by c.relname order by c.relname collate "C"`
}

/** `tenant (id, name, ...)` for a COPY. */
export function copyTarget({ name, columns }: CopiedTable): string {
  return `${quoted(name)} (${columns.map(quoted).join(', ')})`
}

/**
 * Takes foreign keys, triggers and the owner's own row-level security away, runs `fill`, and puts them back, which
 * checks every foreign key. In a transaction of the owner, so that they are never away for anybody else.
 */
export async function whileOpen(sql: Sql, tables: readonly CopiedTable[], fill: () => Promise<void>): Promise<void> {
  const keys = await sql<{ table: string; name: string; definition: string }[]>`
    select c.relname::text as "table", k.conname::text as name, pg_get_constraintdef(k.oid) as definition
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where k.contype = 'f' and k.conparentid = 0 and c.relnamespace = 'public'::regnamespace`
  const each = (act: (name: string) => string): Promise<unknown> =>
    sql.unsafe(tables.map(({ name }) => act(quoted(name))).join(''))
  for (const { table, name } of keys) await sql.unsafe(`alter table ${quoted(table)} drop constraint ${quoted(name)}`)
  // Without FORCE the owner is not held by policies, under which PostgreSQL refuses COPY FROM.
  await each((table) => `alter table ${table} no force row level security, disable trigger user;`)
  await fill()
  await each((table) => `alter table ${table} force row level security, enable trigger user;`)
  for (const { table, name, definition } of keys) {
    await sql.unsafe(`alter table ${quoted(table)} add constraint ${quoted(name)} ${definition}`)
  }
}

/** Lets every identity column go on after the highest number that was filled in. */
export async function advanceIdentities(sql: Sql): Promise<void> {
  const columns = await sql<{ table: string; name: string }[]>`
    select c.relname::text as "table", a.attname::text as name
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and a.attidentity <> ''`
  for (const { table, name } of columns) {
    const sequence = `pg_get_serial_sequence('${quoted(table)}', '${name}')`
    const next = `coalesce(max(${quoted(name)}), 0) + 1`
    await sql.unsafe(`select setval(${sequence}, ${next}, false) from ${quoted(table)}`)
  }
}
