/** The logo of a brand: a small picture whose kind is told by its first bytes, not by what the sender says. */

import { createHash } from 'node:crypto'
import { ok, type Clock, type Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { noSuchBrand, notAPicture, type LogoFailure } from './errors.ts'

export type Logo = { readonly type: 'image/png' | 'image/jpeg'; readonly bytes: Buffer; readonly sha256: string }

const LOGO_BYTES_MAX = 65_536
const pngSign = Buffer.from('89504e470d0a1a0a', 'hex')
const jpegSign = Buffer.from('ffd8ff', 'hex')

function typeOf(bytes: Buffer): Logo['type'] | undefined {
  if (bytes.subarray(0, pngSign.length).equals(pngSign)) return 'image/png'
  return bytes.subarray(0, jpegSign.length).equals(jpegSign) ? 'image/jpeg' : undefined
}

/** Gives a brand its logo, a PNG or JPEG of at most 64 kB; the hash that names it. */
export async function setLogo(
  tx: Tx,
  clock: Clock,
  tenantId: string,
  bytes: Buffer,
): Promise<Result<string, LogoFailure>> {
  const type = typeOf(bytes)
  if (!type || bytes.length > LOGO_BYTES_MAX) return notAPicture
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const set = await tx`update brand set logo_sha256 = ${sha256} where tenant_id = ${tenantId} returning tenant_id`
  if (set.length === 0) return noSuchBrand
  await tx`
    insert into brand_logo (tenant_id, type, bytes, sha256, set_at)
    values (${tenantId}, ${type}, ${bytes}, ${sha256}, ${clock.now()})
    on conflict (tenant_id) do update
      set type = excluded.type, bytes = excluded.bytes, sha256 = excluded.sha256, set_at = excluded.set_at`
  return ok(sha256)
}

/** Takes a brand's logo away; its first letter stands there again. */
export async function removeLogo(tx: Tx, tenantId: string): Promise<void> {
  await tx`update brand set logo_sha256 = null where tenant_id = ${tenantId}`
  await tx`delete from brand_logo where tenant_id = ${tenantId}`
}

/** The picture of a brand; for services, as a customer's scope does not reach it. */
export async function readLogo(tx: Tx, tenantId: string): Promise<Logo | undefined> {
  const [logo] = await tx<Logo[]>`select type, bytes, sha256 from brand_logo where tenant_id = ${tenantId}`
  return logo
}
