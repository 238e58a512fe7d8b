/** What support needs of the office: the brand's words, and its mails. */

import { formatNumber, type Clock } from '../../base/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { composeMail, sendMail } from '../../platform/mail/index.ts'
import type { BrandWords, SupportParts } from '../../company/support/index.ts'
import { senderOf, type Brand, type Brands } from './brands.ts'

/** What stands for a brand in articles. */
export function wordsOfBrand({ name, phone, supportEmail, host }: Brand): BrandWords {
  return { brand: name, phone: formatNumber(phone), support: supportEmail, portal: host }
}

/** Wires support. */
export function supportParts({ db, clock, brands }: { db: Db; clock: Clock; brands: Brands }): SupportParts {
  return {
    db,
    clock,
    wordsOf: (tenantPath) => wordsOfBrand(brands.forPath(tenantPath)),
    async tellMended({ tenantId, email, title, slug }) {
      const brand = brands.forPath(brands.pathOf(tenantId) ?? '')
      const subject = 'An article was mended'
      const text = `What you missed in “${title}” was added. You find the article in our help centre: ${slug}.`
      const content = composeMail({ brand, subject, language: 'en', blocks: [{ kind: 'paragraph', text }] })
      await db.asService((tx) =>
        sendMail(tx, clock, {
          ...content,
          tenantId,
          from: { name: brand.name, address: senderOf(brand) },
          to: { name: '', address: email },
        }),
      )
    },
  }
}
