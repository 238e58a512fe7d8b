/** What the office's own operations need. */

import type { Bus } from '../../platform/bus/index.ts'
import type { CodeBox, IdentityParts } from '../../platform/identity/index.ts'
import type { Brands } from './brands.ts'
import type { HouseState } from './house-state.ts'
import type { LiveFeed } from './live-feed.ts'

export type OfficeOperationsParts = {
  readonly identity: IdentityParts
  /** Seals the secrets of authenticator applications. */
  readonly codeBox: CodeBox
  readonly bus: Bus
  readonly brands: Brands
  readonly house: HouseState
  readonly feed: LiveFeed
  /** Where `signal` keeps the SIP messages of calls. */
  readonly traceFolder: string
  /** Where signalling keeps a line for every call, beside the books. */
  readonly evidenceFolder: string
}
