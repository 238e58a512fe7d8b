import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog, systemClock } from '../../base/index.ts'
import { emergencyCalled } from '../../company/switch/index.ts'
import { plantTree } from '../../company/tenant/testing.ts'
import { createLocalBusNetwork } from '../../platform/bus/index.ts'
import { createLogin } from '../../platform/identity/index.ts'
import { withTestDatabase } from '../../../test/database.ts'
import { pause } from '../../../test/peers/program.ts'
import { tellOfEmergencies } from './emergency-notice.ts'

const clock = systemClock({ keepAlive: true })
const brand = {
  tenantId: '',
  tenantPath: 'nw/',
  name: 'Northwind Voice',
  host: 'northwind.localhost',
  colour: '#1f5f99',
  supportEmail: 'support@northwind.example',
  phone: '',
  postalAddress: '',
  billingEmail: '',
  senderEmail: '',
  termsUrl: '',
  voiceText: '',
  zone: 'America/Toronto',
  hours: [],
  holidays: [],
  logoSha256: null,
}

test("F43 the customer's administrators are told of a 911 call, and nobody else", async () => {
  await withTestDatabase(async ({ openDb, ownerSql }) => {
    const db = await openDb('office', { clock })
    const { acme, cedar } = await plantTree(db, clock)
    await db.as({ tenantPath: 'nw/' }, async (tx) => {
      for (const [login, tenantId] of [
        ['ann@acme.example', acme.tenantId],
        ['cem@cedar.example', cedar.tenantId],
      ] as const) {
        const zone = 'America/Toronto'
        const person = { tenantId, login, email: login, name: 'Ann', role: 'customer_admin' as const, zone }
        await createLogin(tx, clock, { ...person, passwordHash: 'x' })
      }
    })
    const network = createLocalBusNetwork()
    const [office, signal] = await Promise.all(
      ['office', 'signal'].map((name) => network.join({ name, clock, log: silentLog })),
    )
    try {
      tellOfEmergencies({ db, bus: office!, clock, log: silentLog, brands: { forPath: () => brand } })
      // A subscription takes a moment to reach whoever publishes.
      await pause(300)
      const place = { callerName: 'Acme', street: '1 King St W', unit: '', city: 'Toronto', region: 'ON' }
      signal!.publish(emergencyCalled, {
        callId: 'c',
        tenantId: acme.tenantId,
        number: '+14165550101',
        name: 'Reception',
        dialled: '911',
        at: clock.now(),
        numberId: undefined,
        place: { ...place, postalCode: 'M5H 1A1', country: 'CA' },
      })
      const mails = () => ownerSql<{ recipient: string; text: string }[]>`
        select to_address as recipient, text_body as text from mail_message`
      for (let tries = 0; tries < 100 && (await mails()).length === 0; tries++) await pause(50)
      const [mail, ...others] = await mails()
      assert.equal(others.length, 0)
      assert.equal(mail?.recipient, 'ann@acme.example')
      assert.match(mail.text, /1 King St W, Toronto/)
      const [event] = await ownerSql`select topic from outbox_event where topic = 'emergency.called'`
      assert.ok(event)
    } finally {
      await Promise.all([office!.close(), signal!.close()])
    }
  })
})
