/** What a page's file exports. */

import type { ComponentType } from 'react'
import type { Me } from '../data/api.ts'

export type PageModule = {
  readonly Page: ComponentType
  readonly title: string
  /** Addresses of the API that the page shows first: the server answers them with the page. */
  readonly firstReads: (view: { readonly search: string; readonly me: Me; readonly at: number }) => readonly string[]
}
