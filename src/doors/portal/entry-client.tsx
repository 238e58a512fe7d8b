/** Begins the application in the browser: with the markup of the server when there is some, else from nothing. */

import './app.css'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { App, cacheOf } from './app.tsx'
import { onSignedOut } from './data/api.ts'
import type { FirstView } from './first-view.ts'
import type { FoundPage, PageModule } from './shell/page-module.ts'
import { languageOf, speak } from './words/language.ts'

/** To the sign-in page and back. */
function signInAgain(): void {
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`)
}

/** The code of the page that the server drew. */
async function firstPage({ script }: FirstView): Promise<FoundPage> {
  return script === undefined ? 'none' : ((await import(/* @vite-ignore */ script)) as PageModule)
}

async function begin(): Promise<void> {
  onSignedOut(signInAgain)
  speak(languageOf(document.documentElement.lang))
  const root = document.getElementById('root')!
  const view = JSON.parse(document.getElementById('first-view')!.textContent) as FirstView
  // Awaited, so that the first page hydrates in one piece.
  const page = await firstPage(view)
  const client = cacheOf(view)
  document.addEventListener('visibilitychange', () => document.hidden || client.refresh())
  addEventListener('online', () => client.refresh())
  const app = <App view={view} page={page} client={client} />
  if (root.hasChildNodes()) hydrateRoot(root, app)
  else createRoot(root).render(app)
}

void begin().catch(() => {
  const root = document.getElementById('root')!
  if (!root.hasChildNodes()) root.textContent = 'The portal could not be loaded. Reload this page to try again.'
})
