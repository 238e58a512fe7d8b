/** Asks the API for a page, as the browser behind it would: same session, same source, same checks, no network. */

import type { Door, DoorContext } from '../../../platform/http/index.ts'

const passedOn = ['cookie', 'host', 'user-agent', 'authorization'] as const

/** The answer of the API to the one who asked for the page; a body is sent by POST unless `method` says otherwise. */
export async function askApi(
  door: Door,
  c: DoorContext,
  address: string,
  body?: unknown,
  method = body === undefined ? 'GET' : 'POST',
): Promise<Response> {
  const headers = new Headers({ accept: 'application/json' })
  for (const name of passedOn) {
    const value = c.req.header(name)
    if (value !== undefined) headers.set(name, value)
  }
  // What changes something came in as a form of our own page: that was checked then.
  if (method !== 'GET') headers.set('sec-fetch-site', 'same-origin')
  if (body !== undefined) headers.set('content-type', 'application/json')
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  return await door.fetch(new Request(new URL(address, c.req.url), init), c.env)
}

type Refusal = {
  readonly code: string
  readonly detail: string
  /** What a sign-in goes on with. */
  readonly step: string | undefined
}

/** Code and message of a refusal. */
export async function refusalOf(response: Response): Promise<Refusal> {
  const problem = (await response.json().catch(() => ({}))) as {
    code?: unknown
    detail?: unknown
    details?: { step?: unknown }
  }
  const { code, detail, details } = problem
  return {
    step: typeof details?.step === 'string' ? details.step : undefined,
    code: typeof code === 'string' ? code : 'http.unexpected',
    detail: typeof detail === 'string' ? detail : 'something went wrong on our side; try again in a moment',
  }
}
