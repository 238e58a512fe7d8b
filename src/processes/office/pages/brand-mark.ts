/** The mark of a brand on its pages: its logo, or its first letter. */

import { html } from 'hono/html'
import { notFound, type DoorContext } from '../../../platform/http/index.ts'
import { readLogo } from '../../../company/tenant/index.ts'
import type { Brand } from '../brands.ts'
import type { PagesRoom } from './room.ts'

const FOREVER = 'public, max-age=31536000, immutable'

/** Where the logo of a brand is; undefined without one. The address changes with the picture. */
export function logoOf({ logoSha256 }: Brand): string | undefined {
  return logoSha256 === null ? undefined : `/brand/logo/${logoSha256}`
}

/** The mark beside the brand's name. */
export function brandMark(brand: Brand) {
  const logo = logoOf(brand)
  return logo === undefined
    ? html`<span class="mark" aria-hidden="true">${brand.name.charAt(0)}</span>`
    : html`<img class="logo" src="${logo}" alt="" height="36" />`
}

/** GET /brand/logo/<hash>: the logo of the brand whose host is asked. */
export async function showLogo({ brands, identity }: PagesRoom, c: DoorContext, sha256: string): Promise<Response> {
  const brand = brands.byHost(c.get('host'))
  if (brand.logoSha256 !== sha256) return notFound()
  const logo = await identity.db.asService((tx) => readLogo(tx, brand.tenantId))
  if (logo?.sha256 !== sha256) return notFound()
  return new Response(Buffer.from(logo.bytes), { headers: { 'content-type': logo.type, 'cache-control': FOREVER } })
}
