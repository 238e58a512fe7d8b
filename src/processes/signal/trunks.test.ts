/** Customer trunks as SIPconnect has them, registering and static, with SIPp as the telephone system; tshark reads. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createProduct } from '../../company/catalog/index.ts'
import { changeTrunk, createTrunk, routeNumber } from '../../company/numbers/index.ts'
import { liveBindings } from '../../company/switch/index.ts'
import { freePorts, pause, unlessInstalled } from '../../../test/peers/program.ts'
import { accountField, answerScenario, callScenario, registerScenario } from '../../../test/peers/sipp-scenarios.ts'
import { runSipp, startSipp, type Sipp, type SippOptions } from '../../../test/peers/sipp.ts'
import { readCapture, startCapture } from '../../../test/peers/tshark.ts'
import { clock, inHouse, valueOf, type TestHouse } from './testing.ts'

const skip = unlessInstalled('sipp', 'sip-tester') || unlessInstalled('tshark')

/** Sells the customer of `acme201` a trunk of each kind; its number rings at the registering one. */
async function sellTrunks(house: TestHouse, staticPort: number): Promise<void> {
  const db = await house.database.openDb('office', { clock })
  await db.as({ tenantPath: 'nw/' }, async (tx) => {
    const [number] = await tx<{ id: string; tenantId: string }[]>`
      select id, tenant_id as "tenantId" from phone_number where number = '+14165550101'`
    const [provider] = await tx<{ id: string }[]>`select id from tenant where path = 'nw/'`
    const { id: numberId, tenantId } = number!
    const product = { tenantId: provider!.id, code: 'trunk', name: 'trunk', kind: 'trunk' as const, currency: 'CAD' }
    const productId = await createProduct(tx, clock, { ...product, monthlyMicros: 1n, setupMicros: 0n })
    const terms = { tenantId, productId, startedOn: '2025-11-01', monthlyMicros: 1n, currency: 'CAD' }
    const limits = { channelsMax: 5, callsPerSecondMax: 5, formatIn: 'e164', formatOut: 'e164' } as const
    const registering = { mode: 'registering', sipUser: 'trunk.acme', secretKeyId: 1 } as const
    const fixed = { mode: 'static', host: '127.0.0.1', port: staticPort, protocol: 'udp' } as const
    for (const access of [registering, fixed]) {
      const { id: trunkId } = valueOf(await createTrunk(tx, clock, { ...terms, name: access.mode, access, ...limits }))
      valueOf(await changeTrunk(tx, { trunkId, mainNumberId: numberId }))
      if (access === registering) valueOf(await routeNumber(tx, { numberId, extensionId: null, trunkId }))
    }
  })
  // The switch looks at what changed at least every two seconds.
  await pause(2500)
}

test('F13 R81 SIPconnect: a trunk registers and is called, a static one calls out and dials 911', { skip }, () =>
  inHouse(async (house) => {
    const folder = mkdtempSync(join(tmpdir(), 'dialhouse-trunks-'))
    const [exchangePort = 0, staticPort = 0] = await freePorts(2)
    const started: Sipp[] = []
    const begin = (options: SippOptions): Sipp => {
      const sipp = startSipp(options)
      started.push(sipp)
      return sipp
    }
    const target = { host: '127.0.0.1', port: house.sipPort }
    const file = join(folder, 'calls.pcapng')
    const capture = await startCapture({ file, filter: 'udp' })
    try {
      await sellTrunks(house, staticPort)
      const registered = await runSipp({
        folder: join(folder, 'register'),
        scenario: registerScenario({ expiresSeconds: 300 }),
        target,
        sipPort: exchangePort,
        fields: [accountField('trunk.acme', house.passwordOf('trunk.acme'))],
        calls: 1,
      })
      assert.equal(registered.succeeded, 1, registered.errors)
      const bindings = await house.bus.request('signal', liveBindings, {})
      assert.ok(bindings.ok && bindings.value[0]?.sipUser === 'trunk.acme')
      const answering = { scenario: answerScenario({ ringMs: 50 }) }
      begin({ ...answering, folder: join(folder, 'exchange'), sipPort: exchangePort })
      const call = (name: string, sipPort: number, service: string, from: string): SippOptions => ({
        folder: join(folder, name),
        scenario: callScenario({ from, holdMs: 300 }),
        target,
        sipPort,
        service,
        calls: 1,
        limitSeconds: 20,
      })
      const inbound = await runSipp(call('inbound', house.carrierPort, '+14165550101', '+12125550100'))
      assert.equal(inbound.succeeded, 1, inbound.errors)
      begin({ ...answering, folder: join(folder, 'carrier'), sipPort: house.carrierPort })
      const outbound = await runSipp(call('outbound', staticPort, '+12125550100', '299'))
      assert.equal(outbound.succeeded, 1, outbound.errors)
      // No credit, and suspended: 911 asks for neither.
      await house.database.ownerSql`update customer set status = 'suspended'`
      await house.database.ownerSql`update account set credit_limit_micros = 0`
      begin({ ...answering, folder: join(folder, 'centre'), sipPort: house.centrePort })
      const urgent = await runSipp(call('urgent', staticPort, '911', '299'))
      assert.equal(urgent.succeeded, 1, urgent.errors)
      await capture.stop()
      const invites = (port: number, fields: readonly string[]): Promise<string[][]> =>
        readCapture({
          file,
          filter: `sip.Method == "INVITE" && udp.srcport == ${house.sipPort} && udp.dstport == ${port}`,
          fields,
          decode: [`udp.port==${port},sip`],
        })
      const who = ['sip.r-uri.user', 'sip.to.user', 'sip.from.user', 'sip.pai.user']
      assert.deepEqual(await invites(exchangePort, who), [
        ['+14165550101', '+14165550101', '+12125550100', '+12125550100'],
      ])
      assert.deepEqual(await invites(house.carrierPort, who), [
        ['+12125550100', '+12125550100', '+14165550101', '+14165550101'],
      ])
      const [body] = await invites(house.centrePort, [...who, 'sdp.media', 'mime_multipart.type', 'xml.cdata'])
      assert.deepEqual(body?.slice(0, 4), ['911', '911', '+14165550101', '+14165550101'])
      assert.match(body?.[4] ?? '', /audio/)
      assert.match(body?.join('|') ?? '', /Toronto/)
      assert.match(body?.join('|') ?? '', /King St W/)
    } finally {
      await capture.program.stop()
      for (const sipp of started) await sipp.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }),
)
