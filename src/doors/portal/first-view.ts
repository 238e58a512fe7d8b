/** What the server writes into a page beside its markup, so that the browser begins with everything it shows. */

import type { Me } from './data/api.ts'
import type { Language } from './words/language.ts'

export type FirstView = {
  /** Path and query of the page. */
  readonly address: string
  /** The server's clock, epoch milliseconds. */
  readonly at: number
  readonly brand: ViewBrand
  readonly me: Me
  /** Address of the page's code; none where there is no such page. */
  readonly script?: string
  /** Answers of the API by address, as far as they came in time. */
  readonly answers: Readonly<Record<string, unknown>>
}

export type ViewBrand = {
  readonly name: string
  readonly supportEmail: string
  readonly billingEmail: string
  readonly phone: string
  readonly termsUrl: string
  /** Address of the logo; null without one. */
  readonly logo: string | null
}

export type FirstNeeds = { readonly title: string; readonly language: Language; readonly reads: readonly string[] }

/** The server's half of the bundle, dist/portal/server/entry-server.js. */
export type PortalServer = {
  /** Pages that exist, with the source file that each is made of; undefined for all other paths. */
  readonly routeOf: (path: string, me: Me) => { readonly path: string; readonly module: string } | undefined
  /** Whether a path is a page for anybody. */
  readonly isPage: (path: string) => boolean
  /** Every page that somebody may see, `:id` for an object: for those who look at all of them. */
  readonly screensOf: (me: Me) => readonly string[]
  /** The page on which somebody begins. */
  readonly homeOf: (me: Me) => string
  /** A page's title, and the addresses of the API that it shows first. */
  readonly firstOf: (address: string, me: Me, at: number) => Promise<FirstNeeds>
  readonly render: (view: FirstView) => Promise<string>
}
