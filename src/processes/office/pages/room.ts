/** What the pages work with. */

import type { Clock, Log } from '../../../base/index.ts'
import type { Door } from '../../../platform/http/index.ts'
import type { IdentityParts } from '../../../platform/identity/index.ts'
import type { Brands } from '../brands.ts'

export type PagesParts = {
  readonly identity: IdentityParts
  readonly brands: Brands
  readonly clock: Clock
  readonly log: Log
  /** Whether one-time sign-in links exist. */
  readonly isDemo: boolean
  /** A build of the portal; dist/portal by default. */
  readonly portalFolder?: string
}

/** The parts with the door that the pages stand on, and through which they ask the API. */
export type PagesRoom = PagesParts & { readonly door: Door }
