/** Two phones that we did not write register, call each other, and hear each other through our relay. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startBaresip, type Baresip } from '../peers/baresip.ts'
import { eventually, freePortRange, freePorts, pause, unlessInstalled } from '../peers/program.ts'
import { readCapture, startCapture } from '../peers/tshark.ts'
import { startSmallSwitch, type SmallSwitch } from './small-switch.ts'

const skip = unlessInstalled('baresip')
const passwords = new Map([
  ['201', 'cherry-201'],
  ['202', 'walnut-202'],
])

type PortRange = { readonly first: number; readonly end: number }

async function onTwoPhones(
  transport: 'udp' | 'tcp',
  act: (parts: {
    house: SmallSwitch
    ann: Baresip
    bob: Baresip
    folder: string
    phonePorts: readonly PortRange[]
  }) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-baresip-'))
  const house = await startSmallSwitch({ rtpPorts: await freePortRange(16), passwords })
  const phones: Baresip[] = []
  const phonePorts: PortRange[] = []
  const open = async (user: string, toneHz: number): Promise<Baresip> => {
    const [sipPort = 0, controlPort = 0] = await freePorts(2)
    const account = { user, password: passwords.get(user)!, host: '127.0.0.1', port: house.port, transport }
    const rtpPorts = await freePortRange(16)
    phonePorts.push(rtpPorts)
    const phone = await startBaresip({ folder: join(folder, user), account, sipPort, controlPort, rtpPorts, toneHz })
    phones.push(phone)
    return phone
  }
  try {
    const ann = await open('201', 440)
    const bob = await open('202', 1000)
    await act({ house, ann, bob, folder, phonePorts })
  } finally {
    await Promise.all(phones.map((phone) => phone.close()))
    await house.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

for (const transport of ['udp', 'tcp'] as const) {
  test(`F1 baresip registers over ${transport}, calls, and both sides hear each other's tone`, { skip }, async () => {
    await onTwoPhones(transport, async ({ house, ann, bob }) => {
      assert.ok((await ann.registered()) && (await bob.registered()), ann.program.output())
      assert.deepEqual(house.registrar.size(), { aors: 2, bindings: 2 })
      await ann.dial(`sip:202@127.0.0.1:${house.port}`)
      assert.ok(await ann.event('CALL_ESTABLISHED'), ann.program.output())
      assert.ok(await bob.event('CALL_ESTABLISHED'), bob.program.output())
      await pause(1500)
      await ann.hangUp()
      assert.ok(await bob.event('CALL_CLOSED'), bob.program.output())
      assert.ok(await eventually(() => house.media.load().calls === 0 && house.sip.size() === 0))
      assert.ok(ann.heardTone(1000) > 0.8, `ann heard ${ann.heardTone(1000)} of bob`)
      assert.ok(bob.heardTone(440) > 0.8, `bob heard ${bob.heardTone(440)} of ann`)
    })
  })
}

const needsRoot = process.getuid?.() === 0 ? false : 'capturing needs root'

test(
  'tshark finds our messages well-formed, and no address of one phone on the side of the other',
  {
    skip: skip || unlessInstalled('tshark') || needsRoot,
  },
  async () => {
    await onTwoPhones('udp', async ({ house, ann, bob, folder, phonePorts }) => {
      assert.ok((await ann.registered()) && (await bob.registered()))
      const file = join(folder, 'call.pcap')
      const capture = await startCapture({ file, filter: 'udp' })
      await ann.dial(`sip:202@127.0.0.1:${house.port}`)
      assert.ok(await bob.event('CALL_ESTABLISHED'))
      await pause(700)
      await ann.hangUp()
      assert.ok(await bob.event('CALL_CLOSED'))
      await capture.stop()
      const decode = [`udp.port==${house.port},sip`]
      const read = (filter: string, ...fields: string[]): Promise<string[][]> =>
        readCapture({ file, filter, fields, decode })
      const ours = `udp.srcport == ${house.port} && sip`
      const messages = await read(ours, 'sip.Request-Line', 'sip.Status-Line', 'sdp.media.port')
      const lines = messages.map(([line = '', status = '']) => (line || status).replace(/ sip:\S+/, ''))
      for (const line of ['INVITE SIP/2.0', 'SIP/2.0 200 OK', 'ACK SIP/2.0', 'BYE SIP/2.0']) {
        assert.ok(lines.includes(line), `${line} in ${lines.join(', ')}`)
      }
      assert.deepEqual(await read(`${ours} && _ws.malformed`, 'frame.number', 'udp.length'), [])
      // Every SDP of ours names a port of the relay: the phones see us, and not each other.
      const told = new Set(messages.map(([, , port = '']) => port).filter(Boolean))
      const isPhone = (port = ''): boolean => phonePorts.some(({ first, end }) => first <= +port && +port < end)
      const packets = await read('rtp', 'udp.srcport', 'udp.dstport')
      // Others may be talking on this machine.
      const relayed = packets.filter(([from, to]) => isPhone(from) || isPhone(to))
      assert.ok(told.size === 2 && relayed.length > 40, `${[...told].join()} told, ${relayed.length} packets`)
      for (const [from = '', to = ''] of relayed) assert.ok(told.has(from) || told.has(to), `${from} to ${to}`)
    })
  },
)
