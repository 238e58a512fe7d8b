/** The frame of pages before sign-in: the brand of the host, one card, whom to ask. No script. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { html, raw } from 'hono/html'
import { formatNumber } from '../../../base/index.ts'
import type { DoorContext } from '../../../platform/http/index.ts'
import { accentCss, type Language } from '../../../doors/portal/index.ts'
import type { Brand } from '../brands.ts'
import { brandMark } from './brand-mark.ts'
import { htmlAnswer } from './html-answer.ts'

/** Markup made by `html`, in which every value is escaped. */
export type Markup = ReturnType<typeof html>

export type PublicPage = {
  readonly brand: Brand
  readonly title: string
  /** What stands in the card. */
  readonly card: Markup
  readonly status?: number
  /** Stands inside another page: the card alone. */
  readonly isBare?: boolean
}

const tokens = plainCss(join(import.meta.dirname, '../../../doors/portal/ui/tokens.css'))
const styles = plainCss(join(import.meta.dirname, 'public.css'))

/** A style sheet without its comments and indentation. */
function plainCss(file: string): string {
  return readFileSync(file, 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** The theme that this browser has chosen; undefined when it follows its system. */
function themeOf(c: DoorContext): 'light' | 'dark' | undefined {
  const chosen = /(?:^|;\s*)theme=(light|dark)(?:;|$)/.exec(c.req.header('cookie') ?? '')?.[1]
  return chosen === 'light' || chosen === 'dark' ? chosen : undefined
}

/** The opening of an html element with the chosen theme. */
export function htmlOpening(c: DoorContext, language: Language = 'en'): Markup {
  const theme = themeOf(c)
  return theme === undefined ? html`<html lang="${language}">` : html`<html lang="${language}" data-theme="${theme}">`
}

/** The brand's mark as the page's icon, in its own colour. */
export function iconLink(brand: Brand): Markup {
  const solid = /--accent-solid:(#[0-9a-f]{6})/.exec(accentCss(brand.colour))![1]
  const on = /--accent-on:(#[0-9a-f]{6})/.exec(accentCss(brand.colour))![1]
  const letter = /^[\p{L}\p{N}]/u.exec(brand.name)?.[0] ?? '·'
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">` +
    `<rect width="32" height="32" rx="7" fill="${solid}"/>` +
    `<text x="16" y="22.5" font-family="system-ui" font-size="18" font-weight="600" text-anchor="middle" ` +
    `fill="${on}">${letter}</text></svg>`
  return html`<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(svg)}" />`
}

/** A page before sign-in. */
export async function publicPage(c: DoorContext, page: PublicPage): Promise<Response> {
  const { brand, title, card, isBare = false } = page
  const head = html`<a class="brand" href="/">
    ${brandMark(brand)}
    <span><strong>${brand.name}</strong><span>Customer Self-Care Portal</span></span>
  </a>`
  const text = await html`<!doctype html>
    ${htmlOpening(c)}
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${title} – ${brand.name}</title>
      ${iconLink(brand)}
      <style nonce="${c.get('nonce')}">${raw(tokens + accentCss(brand.colour) + styles)}</style>
    </head>
    <body>
      <main>
        ${isBare ? '' : head}
        <div class="card">${card}</div>
      </main>
      ${isBare ? '' : contact(brand)}
    </body>
    </html>`
  return htmlAnswer(c, String(text), page.status)
}

function contact(brand: Brand): Markup | '' {
  if (!brand.supportEmail && !brand.phone) return ''
  return html`<footer>
    Help:
    ${brand.supportEmail && html`<a href="mailto:${brand.supportEmail}">${brand.supportEmail}</a>`}
    ${brand.phone && html`<a href="tel:${brand.phone}">${formatNumber(brand.phone)}</a>`}
  </footer>`
}
