/** A carrier over TLS, held to its name: the one with its certificate gets the call, another one hears nothing. */

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createServer, type TLSSocket } from 'node:tls'
import { changeCarrier } from '../../company/numbers/index.ts'
import { issueCertificate } from '../../platform/certificates/index.ts'
import { startNameServer } from '../../../test/peers/name-server.ts'
import { freePorts, pause, unlessInstalled } from '../../../test/peers/program.ts'
import { callScenario } from '../../../test/peers/sipp-scenarios.ts'
import { runSipp } from '../../../test/peers/sipp.ts'
import { clock, inHouse, valueOf, type TestHouse } from './testing.ts'

const skip = unlessInstalled('sipp', 'sip-tester')

type SecurePeer = { readonly cert: string; readonly heard: string[]; close(): void }

/** Listens for TLS with a certificate for `name`, and refuses what it hears. */
async function securePeer(name: string, port: number): Promise<SecurePeer> {
  const pair = issueCertificate({ subject: name, names: [name], atMs: clock.now(), lifeMs: 86_400_000 })
  const heard: string[] = []
  const sockets = new Set<TLSSocket>()
  const server = createServer({ ...pair, minVersion: 'TLSv1.2' }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      const text = bytes.toString('latin1')
      heard.push(text)
      const kept = text.split('\r\n').filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/i.test(line))
      if (text.startsWith('INVITE'))
        socket.write(`SIP/2.0 486 Busy\r\n${kept.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`)
    })
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>((settle) => void server.listen(port, '127.0.0.1', settle))
  return {
    cert: pair.cert,
    heard,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

async function moveTo(house: TestHouse, port: number): Promise<void> {
  const db = await house.database.openDb('office', { clock })
  await db.as({ tenantPath: 'nw/' }, async (tx) => {
    const [carrier] = await tx<{ id: string }[]>`select id from carrier where name = 'Cascade'`
    const change = { carrierId: carrier!.id, host: 'carrier.test', port, protocol: 'tls' } as const
    valueOf(await changeCarrier(tx, change))
  })
  // The switch looks at what changed at least every two seconds.
  await pause(3500)
}

test('F14 RFC 5922: a carrier over TLS is held to its name', { skip }, async () => {
  const [right = 0, wrong = 0, phone = 0] = await freePorts(3)
  const address = { type: 'A', name: 'carrier.test', ttl: 5, data: '127.0.0.1' } as const
  const names = await startNameServer({ 'A carrier.test': [address] })
  const [carrier, other] = await Promise.all([securePeer('carrier.test', right), securePeer('other.test', wrong)])
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-secure-'))
  try {
    await inHouse(
      async (house) => {
        mkdirSync(join(house.dataFolder, 'tls'), { recursive: true })
        writeFileSync(join(house.dataFolder, 'tls', 'trusted.pem'), carrier.cert + other.cert)
        await house.stop('signal')
        await house.start('signal')
        const call = (name: string) =>
          runSipp({
            folder: join(folder, name),
            scenario: callScenario({ from: 'acme201', password: house.passwordOf('acme201'), holdMs: 10 }),
            target: { host: '127.0.0.1', port: house.sipPort },
            sipPort: phone,
            service: '+12125550100',
            calls: 1,
            limitSeconds: 15,
          })
        await moveTo(house, right)
        assert.match((await call('right')).errors, /SIP\/2\.0 486/)
        assert.match(carrier.heard[0] ?? '', /^INVITE sip:\+12125550100@carrier\.test:\d+ SIP/)
        assert.match(carrier.heard[0] ?? '', /SIP\/2\.0\/TLS/)
        await moveTo(house, wrong)
        assert.match((await call('wrong')).errors, /SIP\/2\.0 503/)
        assert.deepEqual(other.heard, [])
      },
      '127.0.0.1',
      [names.address],
    )
  } finally {
    carrier.close()
    other.close()
    await names.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
