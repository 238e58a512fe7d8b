/** Carriers that have a name, with a name server of ours and SIPp as each of their places. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Answer } from 'dns-packet'
import { changeCarrier } from '../../company/numbers/index.ts'
import { startNameServer, type Zone } from '../../../test/peers/name-server.ts'
import { freePorts, pause, unlessInstalled } from '../../../test/peers/program.ts'
import { answerScenario, callScenario, refusedScenario, refuseScenario } from '../../../test/peers/sipp-scenarios.ts'
import { runSipp, startSipp, type Sipp, type SippOptions } from '../../../test/peers/sipp.ts'
import { clock, inHouse, valueOf, type TestHouse } from './testing.ts'

const skip = unlessInstalled('sipp', 'sip-tester')

/** NAPTR leads to SRV, SRV to these ports, the first of them first. */
function zoneOf(ports: readonly number[]): Zone {
  const name = '_sip._udp.carrier.test'
  const data = { order: 10, preference: 10, flags: 'S', services: 'SIP+D2U', regexp: '', replacement: name }
  const srv = ports.map((port, at): Answer => {
    return { type: 'SRV', name, ttl: 1, data: { target: 'edge.carrier.test', port, priority: at, weight: 0 } }
  })
  return {
    'NAPTR carrier.test': [{ type: 'NAPTR', name: 'carrier.test', ttl: 1, data }],
    [`SRV ${name}`]: srv,
    'A edge.carrier.test': [{ type: 'A', name: 'edge.carrier.test', ttl: 1, data: '127.0.0.1' }],
  }
}

/** The carrier of the house is at a name from now on. */
async function nameCarrier(house: TestHouse): Promise<void> {
  const db = await house.database.openDb('office', { clock })
  await db.as({ tenantPath: 'nw/' }, async (tx) => {
    const [carrier] = await tx<{ id: string }[]>`select id from carrier where name = 'Cascade'`
    const change = { carrierId: carrier!.id, host: 'carrier.test', port: null, protocol: 'any' } as const
    valueOf(await changeCarrier(tx, change))
  })
  // The switch looks at what changed at least every two seconds.
  await pause(3500)
}

test(
  'F14 RFC 3263: a call goes to the next place of a carrier on 503 and on a dead port, not when it is busy',
  { skip },
  async () => {
    const [dead = 0, full = 0, good = 0, busy = 0, phone = 0] = await freePorts(5)
    const names = await startNameServer(zoneOf([dead, full, good]))
    const folder = mkdtempSync(join(tmpdir(), 'dialhouse-named-'))
    const started: Sipp[] = []
    const begin = (name: string, sipPort: number, scenario: string): Sipp => {
      const sipp = startSipp({ folder: join(folder, name), sipPort, scenario })
      started.push(sipp)
      return sipp
    }
    try {
      await inHouse(
        async (house) => {
          await nameCarrier(house)
          const refusing = begin('full', full, refuseScenario({ status: 503 }))
          const taking = begin('good', good, answerScenario({ ringMs: 20 }))
          const options = (name: string, scenario: string, sipPort: number): SippOptions => ({
            folder: join(folder, name),
            scenario,
            target: { host: '127.0.0.1', port: house.sipPort },
            sipPort,
            service: '+12125550100',
            calls: 1,
            limitSeconds: 15,
          })
          const caller = { from: 'acme201', password: house.passwordOf('acme201'), holdMs: 100 }
          for (const round of ['first', 'second']) {
            const call = await runSipp(options(round, callScenario(caller), phone))
            assert.equal(call.succeeded, 1, call.errors)
          }
          const taken = await taking.stop()
          const refused = await refusing.stop()
          assert.deepEqual([refused.calls, taken.calls], [1, 2], 'a place that failed is not asked again')
          // A place may call us: who is behind the name is known by where it leads. The phone is not there.
          const inbound = { ...options('inbound', refusedScenario({ from: '+12125550100', status: 480 }), good) }
          const rung = await runSipp({ ...inbound, service: '+14165550101' })
          assert.equal(rung.succeeded, 1, rung.errors)
          // Busy is an answer: the place after it hears of no call. TTL passes, and the new places are used.
          names.setZone(zoneOf([busy, good]))
          const busied = begin('busy', busy, refuseScenario({ status: 486 }))
          const unasked = begin('unasked', good, answerScenario({ ringMs: 20 }))
          await pause(3500)
          const last = await runSipp(options('busied', refusedCall(caller, 486), phone))
          assert.equal(last.succeeded, 1, last.errors)
          assert.deepEqual([(await busied.stop()).calls, (await unasked.stop()).calls], [1, 0])
        },
        '127.0.0.1',
        [names.address],
      )
    } finally {
      for (const sipp of started) await sipp.stop()
      await names.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
)

/** The call of a phone with a password that ends in this status. */
function refusedCall(caller: Parameters<typeof callScenario>[0], status: number): string {
  const [before = '', after = ''] = callScenario(caller).split('<recv response="200" rrs="true" rtd="true"></recv>')
  const acknowledged = after
    .slice(0, after.indexOf('</send>') + '</send>'.length)
    .replace('[next_url]', 'sip:[service]@[remote_ip]:[remote_port]')
  return `${before}<recv response="${status}"></recv>${acknowledged.replace(/Via:.*/, '[last_Via:]')}</scenario>\n`
}
