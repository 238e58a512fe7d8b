/**
 * Whoever answers for a customer is told at once that somebody there dialled 911, from which number and where help was
 * sent: on site one can open the door. It never delays the call, which knows nothing of it.
 */

import { epochMsToLocal, type Clock, type Log } from '../../base/index.ts'
import { emergencyCalled, type EmergencyCall } from '../../company/switch/index.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { writeEvents } from '../../platform/jobs/index.ts'
import { composeMail, sendMail, type MailBlock } from '../../platform/mail/index.ts'
import { senderOf, type Brands } from './brands.ts'

export type EmergencyNoticeParts = {
  readonly db: Db
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly brands: Pick<Brands, 'forPath'>
}

type Recipient = {
  readonly name: string
  readonly email: string
  readonly zone: string
  readonly path: string
}

/** Listens for 911 calls and tells of each. */
export function tellOfEmergencies(parts: EmergencyNoticeParts): void {
  parts.bus.subscribe('signal', emergencyCalled, (call) => {
    tellOf(parts, call).catch((error: unknown) => {
      parts.log.error('the notice of an emergency call could not be written', { callId: call.callId, error })
    })
  })
}

async function tellOf({ db, clock, log, brands }: EmergencyNoticeParts, call: EmergencyCall): Promise<void> {
  const { tenantId } = call
  if (tenantId === undefined) return
  await db.asService(async (tx) => {
    await writeEvents(tx, clock, [{ tenantId, topic: 'emergency.called', payload: call }])
    const recipients = await tx<Recipient[]>`
      select login.name, login.email, login.zone, tenant.path
      from login join tenant on tenant.id = login.tenant_id
      where login.tenant_id = ${tenantId} and login.role = 'customer_admin' and login.status = 'active'
      order by login.id`
    for (const { name, email, zone, path } of recipients) {
      const brand = brands.forPath(path)
      const subject = `${call.dialled} was dialled from ${call.number}`
      const content = composeMail({ brand, subject, language: 'en', blocks: blocksOf(call, zone) })
      const from = { name: brand.name, address: senderOf(brand) }
      const to = { name, address: email }
      const sent = await sendMail(tx, clock, { ...content, tenantId, from, to, isSecret: false })
      if (!sent.ok) log.warn('a notice of an emergency call has nobody to go to', { code: sent.failure.code })
    }
  })
}

function blocksOf({ dialled, number, name, at, place }: EmergencyCall, zone: string): MailBlock[] {
  const where = place
    ? [place.street, place.unit, place.city, place.region, place.postalCode].filter(Boolean).join(', ')
    : 'No address is in force for this number: the call-taker has to ask.'
  return [
    { kind: 'paragraph', text: `Somebody dialled ${dialled}. The call was sent to the emergency centre at once.` },
    {
      kind: 'facts',
      rows: [
        ['Caller', name === '' ? number : `${name}, ${number}`],
        ['Time', epochMsToLocal(at, zone)],
        ['Address sent', where],
      ],
    },
    { kind: 'note', text: 'The centre may call this number back; such calls ring whatever is set.' },
  ]
}
