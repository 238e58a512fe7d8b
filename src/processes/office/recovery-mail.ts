/**
 * The mails of identity: welcome, Password Recovery and its notice, in the name and with the host of the brand that
 * the login belongs to, in the language of the login.
 */

import type { Clock, Log, RandomBytes } from '../../base/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { handling, type JobHandling } from '../../platform/jobs/index.ts'
import {
  issueRecoveryLink,
  issueWelcomeLink,
  recoveryJob,
  welcomeJob,
  type LoginRow,
} from '../../platform/identity/index.ts'
import { composeMail, sendMail, type MailBlock } from '../../platform/mail/index.ts'
import { senderOf, type Brand, type Brands } from './brands.ts'
import { identityTexts, mailLanguageOf, type IdentityTexts } from './identity-texts.ts'

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
        const { hello, recovery } = textsOf(login)
        const blocks: MailBlock[] = [
          { kind: 'paragraph', text: hello(login.name) },
          { kind: 'paragraph', text: recovery.asked(login.login) },
          { kind: 'action', label: recovery.act, url: addressOn(brand, `/recovery/${token}`) },
          { kind: 'note', text: recovery.note },
        ]
        await mail(tx, { clock, log, brand, login, subject: recovery.subject, blocks, isSecret: true })
      }
      await job.complete(tx)
    })
  })
}

/** Writes the one welcome mail of somebody who was invited: his login, the portal, a link to choose a password. */
export function welcomeHandling({ db, clock, log, random, brands, addressOn }: RecoveryMailParts): JobHandling {
  return handling(welcomeJob, async ({ loginId }, job) => {
    await db.asService(async (tx) => {
      const link = await issueWelcomeLink(tx, clock, loginId, random)
      if (link) {
        const { login, token } = link
        const brand = brands.forPath(login.tenantPath)
        const { hello, welcome } = textsOf(login)
        const help = helpOf(brand)
        const blocks: MailBlock[] = [
          { kind: 'paragraph', text: hello(login.name) },
          { kind: 'paragraph', text: welcome.said(brand.name) },
          {
            kind: 'facts',
            rows: [
              [welcome.login, login.login],
              [welcome.portal, addressOn(brand, '/')],
            ],
          },
          { kind: 'action', label: welcome.act, url: addressOn(brand, `/recovery/${token}`) },
          { kind: 'note', text: welcome.note },
          ...(help ? [{ kind: 'note', text: welcome.help(help) } as const] : []),
        ]
        await mail(tx, { clock, log, brand, login, subject: welcome.subject(brand.name), blocks, isSecret: true })
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
    const { hello, changed } = textsOf(login)
    const blocks: MailBlock[] = [
      { kind: 'paragraph', text: hello(login.name) },
      { kind: 'paragraph', text: changed.said(login.login) },
      { kind: 'note', text: changed.note(helpOf(brand)) },
    ]
    await mail(tx, { clock, log, brand, login, subject: changed.subject, blocks, isSecret: false })
  }
}

function textsOf({ locale }: LoginRow): IdentityTexts {
  return identityTexts(mailLanguageOf(locale))
}

function helpOf({ supportEmail, phone }: Brand): string {
  return [supportEmail, phone].filter(Boolean).join(', ')
}

type Letter = {
  readonly clock: Clock
  readonly log: Log
  readonly brand: Brand
  readonly login: LoginRow
  readonly subject: string
  readonly blocks: readonly MailBlock[]
  readonly isSecret: boolean
}

async function mail(tx: Tx, { clock, log, brand, login, subject, blocks, isSecret }: Letter): Promise<void> {
  const content = composeMail({ brand, subject, language: mailLanguageOf(login.locale), blocks })
  const from = { name: brand.name, address: senderOf(brand) }
  const to = { name: login.name, address: login.email }
  const sent = await sendMail(tx, clock, { ...content, tenantId: login.tenantId, from, to, isSecret })
  // A login with an unusable address must not keep the rest from happening.
  if (!sent.ok) log.warn('a login cannot be written to', { login: login.id, code: sent.failure.code })
}
