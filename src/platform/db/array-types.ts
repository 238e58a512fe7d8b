/**
 * Arrays on the wire (PostgreSQL 8.15.6). postgres.js would ask each new connection for the array types and give
 * up a promise that nobody waits for: a server that died meanwhile took the process with it. The numbers never
 * change, so they stand here.
 */

import type { Sql } from './column-types.ts'

/** Type number of an element -> of its array (pg_type.oid, pg_type.typarray), the same in every version. */
const arrays: Readonly<Record<number, number>> = {
  16: 1000, // bool
  17: 1001, // bytea
  18: 1002, // "char"
  19: 1003, // name
  20: 1016, // int8
  21: 1005, // int2
  23: 1007, // int4
  25: 1009, // text
  26: 1028, // oid
  114: 199, // json
  700: 1021, // float4
  701: 1022, // float8
  869: 1041, // inet
  1043: 1015, // varchar
  1082: 1182, // date
  1114: 1115, // timestamp
  1184: 1185, // timestamptz
  1700: 1231, // numeric
  2950: 2951, // uuid
  3802: 3807, // jsonb
  5069: 271, // xid8
}

type Serialize = (value: unknown) => unknown
type Parse = (text: string) => unknown

/** Teaches a connection the arrays of every element type that it knows. */
export function addArrayTypes(sql: Sql): void {
  // The driver looks codecs up by number when a statement is sent or a row comes; its types know scalars only.
  const { serializers, parsers } = sql.options as unknown as {
    serializers: Record<number, Serialize>
    parsers: Record<number, Parse>
  }
  for (const [element, array] of Object.entries(arrays)) {
    const serialize = serializers[Number(element)] ?? String
    const parse = parsers[Number(element)] ?? ((text: string) => text)
    serializers[array] = (value) => (Array.isArray(value) ? writeArray(value, serialize) : value)
    parsers[array] = (text) => readArray(text, parse)
  }
}

/** What has to be escaped inside quotes. */
const special = /[\\"]/

/** A list as PostgreSQL reads it: `{"a","b",NULL}`; lists in lists are further dimensions. */
function writeArray(values: readonly unknown[], serialize: Serialize): string {
  let text = '{'
  for (let at = 0; at < values.length; at++) {
    const value = values[at]
    if (at > 0) text += ','
    if (value === null || value === undefined) text += 'NULL'
    else if (Array.isArray(value)) text += writeArray(value, serialize)
    else {
      const item = String(serialize(value))
      // Looking is cheaper than replacing, and few texts need it.
      text += special.test(item) ? `"${item.replace(/[\\"]/g, '\\$&')}"` : `"${item}"`
    }
  }
  return `${text}}`
}

/** The list that PostgreSQL wrote. */
function readArray(text: string, parse: Parse): unknown[] {
  // A lower bound other than 1 stands before the list: [0:1]={a,b}.
  let at = text.indexOf('{') + 1
  const readQuoted = (): string => {
    let value = ''
    for (at++; text[at] !== '"'; at++) {
      if (text[at] === '\\') at++
      value += text[at]
    }
    at++
    return value
  }
  const readList = (): unknown[] => {
    const items: unknown[] = []
    while (text[at] !== '}') {
      if (text[at] === ',') at++
      else if (text[at] === '"') items.push(parse(readQuoted()))
      else if (text[at] === '{') {
        at++
        items.push(readList())
      } else {
        const from = at
        while (text[at] !== ',' && text[at] !== '}') at++
        const word = text.slice(from, at)
        items.push(word === 'NULL' ? null : parse(word))
      }
    }
    at++
    return items
  }
  return readList()
}
