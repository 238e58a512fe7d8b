/** Asks the API for a page, as the browser behind it would: same session, same source, same checks, no network. */

import type { Door, DoorContext } from '../../../platform/http/index.ts'

const passedOn = ['cookie', 'host', 'user-agent', 'authorization'] as const

/** The answer of the API to the one who asked for the page. */
export async function askApi(door: Door, c: DoorContext, address: string, body?: unknown): Promise<Response> {
  const headers = new Headers({ accept: 'application/json' })
  for (const name of passedOn) {
    const value = c.req.header(name)
    if (value !== undefined) headers.set(name, value)
  }
  const init: RequestInit = { headers }
  if (body !== undefined) {
    headers.set('content-type', 'application/json')
    // The form itself was checked when it came in.
    headers.set('sec-fetch-site', 'same-origin')
    Object.assign(init, { method: 'POST', body: JSON.stringify(body) })
  }
  return await door.fetch(new Request(new URL(address, c.req.url), init), c.env)
}

/** Code and message of a refusal. */
export async function refusalOf(response: Response): Promise<{ readonly code: string; readonly detail: string }> {
  const problem = (await response.json().catch(() => ({}))) as { code?: unknown; detail?: unknown }
  const { code, detail } = problem
  return {
    code: typeof code === 'string' ? code : 'http.unexpected',
    detail: typeof detail === 'string' ? detail : 'something went wrong on our side; try again in a moment',
  }
}
