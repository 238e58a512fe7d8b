/** Writes `schema.ts`: the types of every table for composed queries, read from a migrated database's catalogue. */

import type { Sql } from './column-types.ts'

type Column = {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly isNullable: boolean
  readonly origin: 'given' | 'default' | 'always'
  /** The check that names the texts which it may hold. */
  readonly check: string | null
}

/** What our codecs make of PostgreSQL's types (column-types.ts). */
const types: Readonly<Record<string, string>> = {
  bool: 'boolean',
  bytea: 'Buffer',
  date: 'string',
  inet: 'string',
  int2: 'number',
  int4: 'number',
  int8: 'bigint',
  jsonb: 'unknown',
  numeric: 'string',
  text: 'string',
  tsvector: 'string',
  timestamptz: 'number',
  uuid: 'string',
  xid8: 'string',
}

const WIDTH = 120

/** The source of `schema.ts`, formatted as the formatter leaves it. */
export async function schemaSource(sql: Sql): Promise<string> {
  const columns = await readColumns(sql)
  const tables = [...new Set(columns.map(({ table }) => table))]
  const parts = tables.map((table) =>
    tableSource(
      table,
      columns.filter((column) => column.table === table),
    ),
  )
  const entries = tables.map((table) => `  ${table}: ${typeName(table)}\n`)
  return `/** Generated from the migrations by write-schema.test.ts; not edited by hand. */

import type { Generated, GeneratedAlways } from 'kysely'

${parts.join('\n')}
/** Every table, as composed queries see it. */
export type Schema = {
${entries.join('')}}
`
}

async function readColumns(sql: Sql): Promise<readonly Column[]> {
  return sql<Column[]>`
    select c.relname as "table", a.attname as name, t.typname as type, not a.attnotnull as "isNullable",
           case when a.attgenerated <> '' or a.attidentity = 'a' then 'always'
                when d.oid is not null or a.attidentity = 'd' then 'default' else 'given' end as origin,
           (select min(pg_get_constraintdef(k.oid)) from pg_constraint k
            where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]
              and pg_get_constraintdef(k.oid) ~ 'ANY \\(ARRAY\\[''') as "check"
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    order by c.relname collate "C", a.attnum`
}

function tableSource(table: string, columns: readonly Column[]): string {
  return `export type ${typeName(table)} = {\n${columns.map(columnSource).join('')}}\n`
}

function columnSource(column: Column): string {
  const { name, type, origin, isNullable } = column
  const [open, close] = { given: ['', ''], default: ['Generated<', '>'], always: ['GeneratedAlways<', '>'] }[origin]
  const values = [...valuesOf(column), ...(isNullable && type !== 'jsonb' ? ['null'] : [])]
  const line = `  ${name}: ${open}${values.join(' | ')}${close}\n`
  if (line.length <= WIDTH + 1) return line
  const broken = values.map((value) => `\n    | ${value}`).join('')
  return `  ${name}:${open ? ` ${open}` : ''}${broken}${close ? `\n  ${close}` : ''}\n`
}

/** The texts that a check lists, else the type. */
function valuesOf({ table, name, type, check }: Column): string[] {
  const texts = /ANY \(ARRAY\[(.*)\]\)/.exec(check ?? '')?.[1]
  if (texts) return [...texts.matchAll(/'([^']*)'::text/g)].map(([, text]) => `'${text}'`)
  const plain = type.startsWith('_') ? type.slice(1) : type
  const known = types[plain]
  if (!known) throw new Error(`${table}.${name}: say in write-schema.ts what the program makes of ${type}`)
  return [type.startsWith('_') ? `${known}[]` : known]
}

function typeName(table: string): string {
  const words = table.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return `${words.join('')}Table`
}
