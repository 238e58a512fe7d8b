/** What a page's file exports. */

import type { ComponentType } from 'react'
import type { Me } from '../data/api.ts'

export type AskedPage = { readonly path: string; readonly search: string; readonly me: Me; readonly at: number }

export type PageModule = {
  readonly Page: ComponentType
  /** A text, or what gives it in the language that is spoken. */
  readonly title: string | (() => string)
  /** Addresses of the API that the page shows first: the server answers them with the page. */
  readonly firstReads: (view: AskedPage) => readonly string[]
}

/** A page, or the fact that there is none for this reader. */
export type FoundPage = PageModule | 'none'
