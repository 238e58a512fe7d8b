/**
 * What `signal` holds for each registration and for each confirmed call: heap and buffers of a whole switch on a
 * network in memory, before and after; what stood around it (phones, carriers, charging, disk) is forgotten before.
 */

import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { authorize, challengeOf, statusOf } from '../../src/commands/bench/sip/sip-text.ts'
import type { DirectoryRows } from '../../src/company/switch/index.ts'
import { HOUSE, openBench, settle, type Bench } from '../../src/company/switch/test-bench.ts'
import { sampleRows } from '../../src/company/switch/testing.ts'

const REGISTRATIONS = { count: 50_000, bytesMax: 3000, atOnce: 200 } as const
const CALLS = { count: 5000, bytesMax: 12_000, ofOne: 50 } as const
const CARRIER = { address: '127.0.0.1', port: 7001 }

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes of heap and of buffers, after everything that nobody holds is gone. */
async function weigh(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    await settle()
    collect()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** What tests remember beside the switch. */
function forgetAround({ changes, charging, media, disk }: Bench): void {
  const lists: readonly (readonly unknown[])[] = [
    changes,
    charging.asked,
    charging.reserved,
    charging.confirmed,
    media.requests,
    disk.lines,
    disk.journal,
  ]
  for (const list of lists) (list as unknown[]).length = 0
}

/** As many customers as are needed, each with `phones` phones. */
function rowsOf(customers: number, phones: number): DirectoryRows {
  const [customer, extension, device] = [sampleRows.customers[0]!, sampleRows.extensions[0]!, sampleRows.devices[0]!]
  const number = sampleRows.numbers[0]!
  const tenants = Array.from({ length: customers }, (_, at) => `t${at}`)
  const each = <T>(make: (tenantId: string, at: number, index: number) => T): T[] =>
    tenants.flatMap((tenantId, index) => Array.from({ length: phones }, (_, at) => make(tenantId, at, index)))
  return {
    ...sampleRows,
    customers: tenants.map((tenantId) => ({ ...customer, tenantId, name: tenantId, accountId: `account-${tenantId}` })),
    extensions: each((tenantId, at) => ({
      ...extension,
      id: `${tenantId}-${1000 + at}`,
      tenantId,
      number: `${1000 + at}`,
      personId: `person-${tenantId}-${at}`,
    })),
    devices: each((tenantId, at) => ({
      ...device,
      id: `device-${tenantId}-${at}`,
      tenantId,
      extensionId: `${tenantId}-${1000 + at}`,
      sipUser: `${tenantId}x${at}`,
    })),
    numbers: tenants.map((tenantId, index) => ({
      ...number,
      id: `number-${tenantId}`,
      tenantId,
      number: `+1416${5550000 + index}`,
      extensionId: `${tenantId}-1000`,
    })),
  }
}

function registerText(
  user: string,
  at: { address: string; port: number },
  cseq: number,
  authorization: string,
): string {
  return [
    `REGISTER sip:${HOUSE.address} SIP/2.0`,
    `Via: SIP/2.0/UDP ${at.address}:${at.port};branch=z9hG4bK-${user}-${cseq};rport`,
    'Max-Forwards: 70',
    `From: <sip:${user}@${HOUSE.address}>;tag=${user}f`,
    `To: <sip:${user}@${HOUSE.address}>`,
    `Call-ID: 3848276298220188511@${user}.example.net`,
    `CSeq: ${cseq} REGISTER`,
    `Contact: <sip:${user}@${at.address}:${at.port};line=${user}>;+sip.instance="<urn:uuid:${user}>"`,
    'Expires: 3600',
    'User-Agent: Desk phone 400 2.14.8.1 00085d1f2c3a',
    'Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, NOTIFY, REFER, UPDATE, MESSAGE',
    'Supported: path, outbound, gruu',
    `${authorization}Content-Length: 0\r\n\r\n`,
  ].join('\r\n')
}

/** One phone says who it is, proves it, and is gone: only its registration stays. */
async function registerOne(bench: Bench, user: string, index: number): Promise<() => Promise<number>> {
  const address = { address: `10.${index >> 14}.${(index >> 6) & 255}.${1 + (index & 63)}`, port: 5060 }
  const host = bench.network.host(address)
  let status = 0
  await host.open({
    onMessage(bytes) {
      const text = bytes.toString('latin1')
      status = statusOf(text) ?? 0
      const challenge = status === 401 ? challengeOf(text) : undefined
      if (!challenge) return
      const uri = `sip:${HOUSE.address}`
      const proof = authorize(challenge, { user, password: `secret of ${user}`, method: 'REGISTER', uri })
      host.flowTo('udp', HOUSE).send(Buffer.from(registerText(user, address, 2, proof)))
    },
    onFlowClosed() {},
  })
  host.flowTo('udp', HOUSE).send(Buffer.from(registerText(user, address, 1, '')))
  return async () => {
    await host.close()
    return status
  }
}

test('a registration takes at most 3 kB of signal', async (t) => {
  const bench = await openBench(rowsOf(500, REGISTRATIONS.count / 500))
  const { devices } = bench.rows
  const register = async (from: number, to: number): Promise<void> => {
    for (let begin = from; begin < to; begin += REGISTRATIONS.atOnce) {
      const some = devices.slice(begin, Math.min(to, begin + REGISTRATIONS.atOnce))
      const asked = await Promise.all(some.map(({ sipUser }, at) => registerOne(bench, sipUser, begin + at)))
      await bench.pass(40)
      const statuses = await Promise.all(asked.map((end) => end()))
      assert.ok(
        statuses.every((status) => status === 200),
        String(statuses),
      )
    }
  }
  // What is there once, compiled code among it, is not what a registration takes.
  await register(0, 1000)
  await bench.pass(60_000)
  const before = await weigh()
  await register(1000, devices.length)
  await bench.pass(60_000)
  forgetAround(bench)
  const grown = (await weigh()) - before
  const { bindings } = bench.house().registrar.size()
  assert.equal(bindings, REGISTRATIONS.count)
  say(t, 'registrations', { bytes: grown / (bindings - 1000), count: bindings, most: REGISTRATIONS.bytesMax })
})

test('a confirmed call takes at most 12 kB of signal', async (t) => {
  const bench = await openBench(rowsOf(CALLS.count / CALLS.ofOne + 1, 1))
  const place = async (customers: readonly number[]): Promise<void> => {
    for (const at of customers) {
      const carrier = await bench.peer(CARRIER)
      const ann = await bench.phone(`t${at}x0`, `10.1.${at}.1`)
      for (let call = 0; call < CALLS.ofOne; call++) ann.dial('12125550100')
      await bench.pass(1000)
      // Their side of the calls is nobody's concern; nothing ends a call that nobody hears.
      await carrier.sip.close()
      await ann.sip.close()
    }
  }
  await place([CALLS.count / CALLS.ofOne])
  await bench.pass(40_000)
  forgetAround(bench)
  const before = await weigh()
  await place(Array.from({ length: CALLS.count / CALLS.ofOne }, (_, at) => at))
  await bench.pass(40_000)
  forgetAround(bench)
  const grown = (await weigh()) - before
  const talking = bench
    .house()
    .liveCalls()
    .filter((call) => call.state === 'talking').length
  assert.equal(talking, CALLS.count + CALLS.ofOne)
  say(t, 'calls', { bytes: grown / CALLS.count, count: CALLS.count, most: CALLS.bytesMax })
})

function say(t: TestContext, what: string, figures: { bytes: number; count: number; most: number }): void {
  const bytes = Math.round(figures.bytes)
  t.diagnostic(JSON.stringify({ what, count: figures.count, bytesEach: bytes }))
  assert.ok(bytes <= figures.most, `${bytes} bytes each`)
}
