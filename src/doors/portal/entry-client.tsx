/** Begins the application in the browser: with the markup of the server when there is some, else from nothing. */

import './app.css'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { App, cacheOf } from './app.tsx'
import { onSignedOut } from './data/api.ts'
import type { FirstView } from './first-view.ts'
import { loadPage, routeOf } from './shell/routes.ts'

/** To the sign-in page and back. */
function signInAgain(): void {
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`)
}

async function begin(): Promise<void> {
  onSignedOut(signInAgain)
  const root = document.getElementById('root')!
  const view = JSON.parse(document.getElementById('first-view')!.textContent) as FirstView
  const route = routeOf(location.pathname, view.me)
  // Awaited, so that the first page hydrates in one piece.
  if (route) await loadPage(route)
  const app = <App view={view} client={cacheOf(view)} />
  if (root.hasChildNodes()) hydrateRoot(root, app)
  else createRoot(root).render(app)
}

void begin().catch(() => {
  const root = document.getElementById('root')!
  if (!root.hasChildNodes()) root.textContent = 'The portal could not be loaded. Reload this page to try again.'
})
