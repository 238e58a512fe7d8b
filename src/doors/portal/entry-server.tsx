/** The server's half: the same pages as text, and what the server must know about them. Implements `PortalServer`. */

import { renderToString } from 'react-dom/server'
import { App, cacheOf } from './app.tsx'
import type { Me } from './data/api.ts'
import type { FirstNeeds, FirstView } from './first-view.ts'
import type { FoundPage } from './shell/page-module.ts'
import { titleOf } from './shell/pages.ts'
import { loadPage, routeOf } from './shell/routes.ts'
import { inThe, languageOf } from './words/language.ts'
import { shellTexts } from './words/shell-texts.ts'

export { homeOf } from './shell/navigation.ts'
export { isPage, routeOf, screensOf } from './shell/routes.ts'

/** A page's title, and the addresses of the API that it shows first. */
export async function firstOf(address: string, me: Me, at: number): Promise<FirstNeeds> {
  const [path = '/', search = ''] = address.split('?')
  const route = routeOf(path, me)
  const language = languageOf(me.locale)
  if (!route) return { title: inThe(language, () => shellTexts.noSuchPage), language, reads: [] }
  const page = await loadPage(route)
  return {
    title: inThe(language, () => titleOf(page)),
    language,
    reads: page.firstReads({ path, search, me, at }),
  }
}

/** The markup of a first view. */
export async function render(view: FirstView): Promise<string> {
  const route = routeOf(view.address.split('?')[0] ?? '/', view.me)
  const page: FoundPage = route ? await loadPage(route) : 'none'
  const client = cacheOf(view)
  try {
    return inThe(languageOf(view.me.locale), () =>
      renderToString(<App view={view} page={page} client={client} onServer />),
    )
  } finally {
    client.clear()
  }
}
