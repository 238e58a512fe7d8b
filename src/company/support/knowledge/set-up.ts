/** Writes and publishes the first articles of a provider, once. */

import type { Clock } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { Calendar } from '../sla/calendar.ts'
import type { Policy } from '../sla/policy.ts'
import { firstArticles } from './first-articles.ts'
import { policyArticle } from './policy-article.ts'
import { publishVersion, writeVersion } from './write-article.ts'

/** Does nothing where there are articles already. */
export async function setUpKnowledge(tx: Tx, clock: Clock, tenantId: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext('kb_article'))`
  const [there] = await tx`select 1 from kb_article where tenant_id = ${tenantId} limit 1`
  if (there) return
  const policies = await tx<
    { audience: 'customer' | 'partner'; targets: Policy['targets']; zone: string; hours: Calendar['hours'] }[]
  >`
    select audience, targets, zone, hours from support_policy
    join support_calendar on support_calendar.id = calendar_id
    where support_policy.tenant_id = ${tenantId} order by audience`
  const rendered = policies.map(({ audience, targets, zone, hours }) =>
    policyArticle(audience, { targets, pausesIn: [], calendar: { zone, hours, days: new Map(), years: undefined } }),
  )
  const house = { id: undefined, tenantId, name: 'Support' }
  for (const one of [...firstArticles, ...rendered]) {
    const number = await writeVersion(tx, clock, house, { ...one, locale: 'en' })
    await publishVersion(tx, clock, house, { slug: one.slug, locale: 'en', number })
  }
}
