/** The OpenAPI 3.1 document of everything that is mounted, made from the same schemas that check the requests. */

import { z } from 'zod'
import type { BoundOperation } from './bind-operations.ts'
import type { Operation } from './operation.ts'

type Json = Record<string, unknown>

const problemSchema: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'Stable name of the failure' },
    details: { type: 'object' },
  },
}

/** The document; `version` is the product's. */
export function openApi(operations: readonly BoundOperation[], version: string): Json {
  const paths: Record<string, Json> = {}
  for (const { name, operation } of operations) {
    const path = (paths[operation.path] ??= {})
    path[operation.method.toLowerCase()] = describe(name, operation)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Dialhouse',
      version,
      description: 'Money travels as whole micro-units in decimal digits, instants as ISO 8601 with an offset.',
    },
    paths,
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-session' },
      },
    },
  }
}

/** The wire side of a schema as JSON Schema 2020-12, which is what OpenAPI 3.1 speaks. */
function jsonSchema(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return rest
}

function describe(name: string, operation: Operation): Json {
  const body = operation.body && {
    requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(operation.body) } } },
  }
  return {
    operationId: name,
    summary: operation.summary,
    tags: [operation.path.split('/')[3]],
    security: operation.permission === 'public' ? [] : [{ apiKey: [] }, { session: [] }],
    'x-permission': operation.permission,
    parameters: [...parameters('path', operation.params), ...parameters('query', operation.query), ...key(operation)],
    ...body,
    responses: { ...success(operation), ...failures(operation) },
  }
}

function key(operation: Operation): Json[] {
  if (operation.method === 'GET' || operation.permission === 'public') return []
  const description = 'The same key with the same request gets the first answer again'
  return [{ name: 'Idempotency-Key', in: 'header', description, schema: { type: 'string', maxLength: 255 } }]
}

function parameters(where: 'path' | 'query', schema: z.ZodObject | undefined): Json[] {
  if (!schema) return []
  const { properties = {}, required = [] } = jsonSchema(schema) as { properties?: Json; required?: string[] }
  return Object.entries(properties).map(([name, value]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: value,
  }))
}

function success(operation: Operation): Json {
  const { output } = operation
  if ('kind' in output) {
    if (output.kind === 'file') {
      const schema = { type: 'string', format: 'binary' }
      return { 200: { description: output.summary, content: { [output.mediaType]: { schema } } } }
    }
    const type = output.kind === 'csv' ? 'text/csv' : 'text/event-stream'
    const description = output.kind === 'csv' ? output.summary : `Events: ${Object.keys(output.events).join(', ')}`
    return { 200: { description, content: { [type]: { schema: { type: 'string' } } } } }
  }
  if (isEmpty(output)) return { 204: { description: 'Done' } }
  return { 200: { description: 'Done', content: { 'application/json': { schema: jsonSchema(output) } } } }
}

/** Whether an operation answers without a body. */
export function isEmpty(output: Operation['output']): boolean {
  return output instanceof z.ZodVoid
}

function failures(operation: Operation): Json {
  const byStatus = new Map<number, string[]>()
  const own = Object.entries(operation.failures)
  const ofDoor: [string, number][] = [['http.bad_input', 400]]
  if (operation.permission !== 'public') ofDoor.push(['http.not_signed_in', 401], ['http.not_allowed', 403])
  for (const [code, status] of [...ofDoor, ...own]) byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [status, { description: codes.join(', '), content }]),
  )
}
