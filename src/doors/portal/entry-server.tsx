/** The server's half: the same pages as text, and what the server must know about them. Implements `PortalServer`. */

import { renderToString } from 'react-dom/server'
import { App, cacheOf } from './app.tsx'
import type { Me } from './data/api.ts'
import type { FirstNeeds, FirstView } from './first-view.ts'
import { loadPage, routeOf } from './shell/routes.ts'

export { homeOf, isPage, routeOf } from './shell/routes.ts'

/** A page's title, and the addresses of the API that it shows first. */
export async function firstOf(address: string, me: Me, at: number): Promise<FirstNeeds> {
  const [path = '/', search = ''] = address.split('?')
  const route = routeOf(path, me)
  if (!route) return { title: 'Not found', reads: [] }
  const page = await loadPage(route)
  return { title: page.title, reads: page.firstReads({ path, search, me, at }) }
}

/** The markup of a first view. */
export async function render(view: FirstView): Promise<string> {
  const route = routeOf(view.address.split('?')[0] ?? '/', view.me)
  if (route) await loadPage(route)
  const client = cacheOf(view)
  try {
    return renderToString(<App view={view} client={client} onServer />)
  } finally {
    client.clear()
  }
}
