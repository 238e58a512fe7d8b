/** Reads and checks what a request asks for: path, query and body against their schemas. */

import type { z } from 'zod'
import { fail, ok, type Result } from '../../base/index.ts'
import type { BoundOperation } from './bind-operations.ts'
import type { DoorFailure } from './problem.ts'
import { BODY_BYTES_MAX, PUBLIC_BYTES_MAX, readJson } from './read-body.ts'

export type Input = { readonly params: unknown; readonly query: unknown; readonly body: unknown }

const FAULTS_SHOWN = 10
const QUERY_NAMES_MAX = 50

/** The parsed input, or everything that is wrong with it (at most ten faults). */
export async function readInput(
  request: Request,
  params: Readonly<Record<string, string>>,
  { operation, schemas }: Pick<BoundOperation, 'operation' | 'schemas'>,
): Promise<Result<Input, DoorFailure>> {
  const query = readQuery(new URL(request.url).searchParams)
  if (!query.ok) return query
  if (Object.values(params).some((value) => value.includes('\0'))) return nul
  const hasBody = schemas.body.type !== 'undefined'
  const body = hasBody
    ? await readJson(
        request,
        operation.bodyBytesMax ?? (operation.permission === 'public' ? PUBLIC_BYTES_MAX : BODY_BYTES_MAX),
      )
    : ok(undefined)
  if (!body.ok) return body
  const parts = {
    params: schemas.params.safeParse(params),
    query: schemas.query.safeParse(query.value),
    body: schemas.body.safeParse(body.value),
  }
  const faults = Object.entries(parts).flatMap(([part, read]) => (read.error ? faultsOf(part, read.error) : []))
  if (faults.length > 0) {
    const first = faults[0]!
    return fail('http.bad_input', `${first.where}: ${first.fault}`, { faults: faults.slice(0, FAULTS_SHOWN) })
  }
  return ok({ params: parts.params.data, query: parts.query.data, body: parts.body.data })
}

const nul = fail('http.bad_input', 'the address holds a NUL character')

/** Query values by name; a name given twice has no one meaning and is refused. */
function readQuery(search: URLSearchParams): Result<Record<string, string>, DoorFailure> {
  const values: Record<string, string> = Object.create(null) as Record<string, string>
  let names = 0
  for (const [name, value] of search) {
    if (value.includes('\0') || name.includes('\0')) return nul
    if (name in values) return fail('http.bad_input', 'a name is given twice in the query')
    if (++names > QUERY_NAMES_MAX) return fail('http.bad_input', 'there are too many names in the query')
    values[name] = value
  }
  return ok({ ...values })
}

type Fault = { readonly where: string; readonly fault: string }

function faultsOf(part: string, error: z.ZodError): Fault[] {
  return error.issues.map((issue) => ({ where: [part, ...issue.path.map(String)].join('.'), fault: issue.message }))
}
