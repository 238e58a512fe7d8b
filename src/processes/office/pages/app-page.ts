/**
 * A page of the application: rendered here with its data, which travels with it. What the API has not answered within
 * 50 ms is fetched by the browser; when nothing came in time, or rendering fails, the empty shell is sent.
 */

import { html, raw } from 'hono/html'
import type { DoorContext } from '../../../platform/http/index.ts'
import { accentCss, type FirstView, type Language } from '../../../doors/portal/index.ts'
import type { Brand } from '../brands.ts'
import { askApi } from './ask-api.ts'
import { logoOf } from './brand-mark.ts'
import type { BuiltPortal, Bundle } from './built-portal.ts'
import { htmlAnswer } from './html-answer.ts'
import type { PagesRoom } from './room.ts'
import { htmlOpening, iconLink } from './public-page.ts'

const DEADLINE_MS = 50

/** Answers a path of the application for somebody who is signed in. */
export async function showApp(room: PagesRoom, portal: BuiltPortal, c: DoorContext, me: FirstView['me']) {
  const url = new URL(c.req.url)
  const address = `${url.pathname}${url.search}`
  const route = portal.server.routeOf(url.pathname, me)
  const brand = room.brands.byHost(c.get('host'))
  const at = room.clock.now()
  const { title, language, reads } = await portal.server.firstOf(address, me, at)
  const answers = await answersInTime(room, c, reads)
  const bundle = portal.bundleOf(language, route?.module)
  const view: FirstView = {
    address,
    at,
    brand: viewOf(brand),
    me,
    answers,
    ...(bundle.page === undefined ? {} : { script: bundle.page }),
  }
  // A page that would show only grey bars is not worth its bytes.
  const isWorthwhile = reads.length === 0 || Object.keys(answers).length > 0
  const markup = isWorthwhile ? await rendered(room, portal, view) : ''
  return htmlAnswer(c, await documentOf(c, { title, language, brand, view, markup, bundle }), route ? 200 : 404)
}

function viewOf(brand: Brand): FirstView['brand'] {
  const { name, supportEmail, billingEmail, phone, termsUrl } = brand
  const logo = logoOf(brand) ?? null
  return { name, supportEmail, billingEmail: billingEmail || supportEmail, phone, termsUrl, logo }
}

async function rendered({ log }: PagesRoom, portal: BuiltPortal, view: FirstView): Promise<string> {
  try {
    return await portal.server.render(view)
  } catch (thrown) {
    log.error('a page could not be rendered; the browser renders it', { error: thrown })
    return ''
  }
}

/** What the API answers within the deadline, by address. */
async function answersInTime(room: PagesRoom, c: DoorContext, reads: readonly string[]) {
  const answers: Record<string, unknown> = {}
  let isOver = false
  const { promise: over, resolve } = Promise.withResolvers<void>()
  const timer = room.clock.after(DEADLINE_MS, resolve)
  const asked = reads.map(async (address) => {
    const response = await askApi(room.door, c, address)
    if (!response.ok) return
    const answer: unknown = await response.json()
    if (!isOver) answers[address] = answer
  })
  await Promise.race([Promise.allSettled(asked), over])
  isOver = true
  timer.stop()
  return answers
}

type DocumentParts = {
  readonly title: string
  readonly language: Language
  readonly brand: Brand
  readonly view: FirstView
  readonly markup: string
  readonly bundle: Bundle
}

async function documentOf(c: DoorContext, parts: DocumentParts): Promise<string> {
  const { title, language, brand, view, markup, bundle } = parts
  const { script, styles, preloads } = bundle
  const nonce = c.get('nonce')
  // `<` as an escape: the data can neither end its element nor open a comment.
  const data = JSON.stringify(view).replaceAll('<', String.raw`\u003c`)
  const page = await html`<!doctype html>
${htmlOpening(c, language)}
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>${title} – ${brand.name}</title>
${styles.map((style) => html`<link rel="stylesheet" href="${style}" />`)}
<style nonce="${nonce}">${raw(accentCss(brand.colour))}</style>
<script type="module" nonce="${nonce}" src="${script}"></script>
${preloads.map((file) => html`<link rel="modulepreload" href="${file}" />`)}
${iconLink(brand)}
</head>
<body>
<div id="root">${raw(markup)}</div>
<script type="application/json" nonce="${nonce}" id="first-view">${raw(data)}</script>
</body>
</html>`
  return String(page)
}
