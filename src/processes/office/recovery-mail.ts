/** The mails of Password Recovery, in the name and with the host of the brand that the login belongs to. */

import type { Clock, Log, RandomBytes } from '../../base/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { handling, type JobHandling } from '../../platform/jobs/index.ts'
import { issueRecoveryLink, recoveryJob, type LoginRow } from '../../platform/identity/index.ts'
import { composeMail, sendMail, type MailBlock } from '../../platform/mail/index.ts'
import { senderOf, type Brand, type Brands } from './brands.ts'

export type RecoveryMailParts = {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly random?: RandomBytes
  readonly brands: Brands
  /** Address of a page on a brand's host. */
  readonly addressOn: (brand: Brand, path: string) => string
}

/** Does what a request for recovery asked for: nothing when nobody has the login. */
export function recoveryHandling({ db, clock, log, random, brands, addressOn }: RecoveryMailParts): JobHandling {
  return handling(recoveryJob, async (request, job) => {
    await db.asService(async (tx) => {
      const link = await issueRecoveryLink(tx, clock, request, random)
      if (link) {
        const { login, token } = link
        const brand = brands.forPath(login.tenantPath)
        const blocks: MailBlock[] = [
          { kind: 'paragraph', text: `Hello ${login.name},` },
          { kind: 'paragraph', text: `somebody asked for a new password for your login ${login.login}.` },
          { kind: 'action', label: 'Choose a new password', url: addressOn(brand, `/recovery/${token}`) },
          { kind: 'note', text: 'The link works once, for 30 minutes. If it was not you, there is nothing to do.' },
        ]
        await mail(tx, clock, log, brand, login, 'Password Recovery', blocks, true)
      }
      await job.complete(tx)
    })
  })
}

/** The notice that a password was changed, for the transaction that changes it. */
export function tellPasswordChanged(
  clock: Clock,
  log: Log,
  brands: Brands,
): (tx: Tx, login: LoginRow) => Promise<void> {
  return async (tx, login) => {
    const brand = brands.forPath(login.tenantPath)
    const help = [brand.supportEmail, brand.phone].filter(Boolean).join(' or ')
    const blocks: MailBlock[] = [
      { kind: 'paragraph', text: `Hello ${login.name},` },
      { kind: 'paragraph', text: `the password of your login ${login.login} was changed and every session was ended.` },
      { kind: 'note', text: `If it was not you, tell us at once${help ? `: ${help}` : ''}.` },
    ]
    await mail(tx, clock, log, brand, login, 'Your password was changed', blocks, false)
  }
}

async function mail(
  tx: Tx,
  clock: Clock,
  log: Log,
  brand: Brand,
  login: LoginRow,
  subject: string,
  blocks: readonly MailBlock[],
  isSecret: boolean,
): Promise<void> {
  const content = composeMail({ brand, subject, language: 'en', blocks })
  const from = { name: brand.name, address: senderOf(brand) }
  const to = { name: login.name, address: login.email }
  const sent = await sendMail(tx, clock, { ...content, tenantId: login.tenantId, from, to, isSecret })
  // A login with an unusable address must not keep the rest from happening.
  if (!sent.ok) log.warn('a login cannot be written to', { login: login.id, code: sent.failure.code })
}
