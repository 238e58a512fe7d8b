/** The server's half: the same pages as text, and what the server must know about them. Implements `PortalServer`. */

import { renderToString } from 'react-dom/server'
import { App, cacheOf } from './app.tsx'
import type { Me } from './data/api.ts'
import type { FirstView } from './first-view.ts'
import { loadPage, routeOf } from './shell/routes.ts'

export { homeOf, isPage, routeOf } from './shell/routes.ts'

/** Addresses of the API that a page shows first. */
export async function readsOf(address: string, me: Me, at: number): Promise<readonly string[]> {
  const [path = '/', search = ''] = address.split('?')
  const route = routeOf(path, me)
  if (!route) return []
  const page = await loadPage(route)
  return page.firstReads({ search, me, at })
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
