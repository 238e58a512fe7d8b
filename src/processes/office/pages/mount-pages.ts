/** Every page that people see, on the door of the office: before sign-in, the application, its assets, its errors. */

import { join } from 'node:path'
import { html } from 'hono/html'
import { notFound, type Door, type DoorContext } from '../../../platform/http/index.ts'
import type { FirstView } from '../../../doors/portal/index.ts'
import { showApp } from './app-page.ts'
import { askApi } from './ask-api.ts'
import { loadPortal, type BuiltPortal } from './built-portal.ts'
import { showLogo } from './brand-mark.ts'
import { showArticle, showHelp, takeVote } from './help-pages.ts'
import { publicPage } from './public-page.ts'
import { showNewPassword, showRecovery, takeNewPassword, takeRecovery } from './recovery-pages.ts'
import type { PagesParts, PagesRoom } from './room.ts'
import { showSignedOut, showSignIn, takeCode, takeSignIn, takeSignInLink, takeSignOut } from './sign-in-pages.ts'

const defaultFolder = join(import.meta.dirname, '../../../../dist/portal')

/** Adds all pages to a door. Mount the operations before: whatever is left is a page or does not exist. */
export function mountPages(door: Door, parts: PagesParts): void {
  const room: PagesRoom = { ...parts, door }
  const portal = portalOf(room)
  door.get('/assets/:name', async (c) => asset(await portal(), c))
  door.get('/brand/logo/:sha256', (c) => showLogo(room, c, c.req.param('sha256')))
  door.get('/sign-in', (c) => showSignIn(room, c))
  door.post('/sign-in', (c) => takeSignIn(room, c))
  door.post('/sign-in/code', (c) => takeCode(room, c))
  if (parts.isDemo) door.get('/sign-in/link/:token', (c) => takeSignInLink(room, c, c.req.param('token')))
  door.post('/sign-out', (c) => takeSignOut(room, c))
  door.get('/signed-out', (c) => showSignedOut(room, c))
  door.get('/recovery', (c) => showRecovery(room, c))
  door.post('/recovery', (c) => takeRecovery(room, c))
  door.get('/recovery/:token', (c) => showNewPassword(room, c, c.req.param('token')))
  door.post('/recovery/:token', (c) => takeNewPassword(room, c, c.req.param('token')))
  door.get('/help', (c) => showHelp(room, c))
  door.get('/help/:slug', (c) => showArticle(room, c, c.req.param('slug')))
  door.post('/help/:slug/vote', (c) => takeVote(room, c, c.req.param('slug')))
  door.get('*', async (c, next) => {
    if (c.req.path.startsWith('/api/')) return next()
    return (await page(room, await portal(), c)) ?? next()
  })
}

/** The build, read when it is first needed; one that is missing is looked for again at the next page. */
function portalOf({ log, portalFolder = defaultFolder }: PagesRoom): () => Promise<BuiltPortal | undefined> {
  let loading: ReturnType<typeof loadPortal> | undefined
  return async () => {
    const loaded = await (loading ??= loadPortal(portalFolder))
    if (loaded.ok) return loaded.value
    loading = undefined
    log.error('there is no build of the portal', { reason: loaded.failure.message })
    return undefined
  }
}

/** A page of the application; undefined when the path leads to none. */
async function page(room: PagesRoom, portal: BuiltPortal | undefined, c: DoorContext): Promise<Response | undefined> {
  if (!c.req.header('accept')?.includes('text/html') && c.req.path !== '/') return undefined
  const caller = await c.get('caller')()
  if (!caller) {
    if (portal && c.req.path !== '/' && !portal.server.isPage(c.req.path)) return noSuchPage(room, c)
    const { pathname, search } = new URL(c.req.url)
    const next = pathname === '/' ? '' : `?next=${encodeURIComponent(pathname + search)}`
    return c.redirect(`/sign-in${next}`, 303)
  }
  if (!portal) return notBuilt(room, c)
  const answer = await askApi(room.door, c, '/api/v1/me')
  if (!answer.ok) return c.redirect('/sign-in', 303)
  const me = (await answer.json()) as FirstView['me']
  if (c.req.path === '/') return c.redirect(portal.server.homeOf(me), 303)
  return showApp(room, portal, c, me)
}

const FOREVER = 'public, max-age=31536000, immutable'

function asset(portal: BuiltPortal | undefined, c: DoorContext): Response {
  const found = portal?.assets.get(c.req.param('name') ?? '')
  if (!found) return notFound()
  const headers = new Headers({ 'content-type': found.type, 'cache-control': FOREVER, vary: 'accept-encoding' })
  if (!/\bbr\b/.test(c.req.header('accept-encoding') ?? '')) {
    return new Response(Buffer.from(found.bytes), { headers })
  }
  headers.set('content-encoding', 'br')
  return new Response(Buffer.from(found.brotli), { headers })
}

function noSuchPage({ brands }: PagesRoom, c: DoorContext): Promise<Response> {
  return publicPage(c, {
    brand: brands.byHost(c.get('host')),
    title: 'Not found',
    status: 404,
    card: html`<h1>There is no such page</h1>
      <p class="muted">The address may be mistyped, or the page has moved.</p>
      <p><a class="button" href="/">Go to the first page</a></p>`,
  })
}

function notBuilt({ brands }: PagesRoom, c: DoorContext): Promise<Response> {
  return publicPage(c, {
    brand: brands.byHost(c.get('host')),
    title: 'Not available',
    status: 503,
    card: html`<h1>The portal is not available</h1>
      <p class="muted">It has not been built on this installation. Calls are not affected.</p>
      <p>The operator runs <code>node dialhouse.mjs build-portal</code> and loads this page again.</p>`,
  })
}
