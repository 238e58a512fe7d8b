import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { silentLog, systemClock, virtualClock } from '../../base/index.ts'
import { freePorts, isUdpTaken, pause, startProgram, unlessInstalled } from '../../../test/peers/program.ts'
import { readCapture } from '../../../test/peers/tshark.ts'
import { findCallTrace, type LegMessage } from './find-messages.ts'
import { openHepSender, writeHep } from './hep.ts'
import { drawLadder } from './ladder.ts'
import { maskMessage } from './mask.ts'
import { openTrace } from './open-trace.ts'
import { writePcap } from './pcap.ts'
import { readRecord, recordAt, writeRecord, type TracedMessage } from './record.ts'
import { listSegments } from './segments.ts'
import { writeLadder } from './write-ladder.ts'

const START = 1_790_000_000_000

type Sent = Partial<TracedMessage> & { readonly text: string }

const message = ({ text, ...rest }: Sent): TracedMessage => ({
  at: START,
  direction: 'in',
  protocol: 'udp',
  local: { address: '192.0.2.1', port: 5060 },
  remote: { address: '192.0.2.7', port: 5070 },
  bytes: Buffer.from(text),
  ...rest,
})

const sip = (line: string, callId: string, cseq: string, more = ''): string =>
  `${line}\r\nVia: SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bK${cseq.replace(' ', '')}\r\nFrom: <sip:a@x>;tag=1\r\n` +
  `To: <sip:b@x>\r\nCall-ID: ${callId}\r\nCSeq: ${cseq}\r\n${more}Content-Length: 0\r\n\r\n`

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-trace-'))
  try {
    await act(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A call of two legs with a challenge before, as the messages came. */
function callMessages(): TracedMessage[] {
  const carrier = { address: '2001:db8::9', port: 5080 }
  const us = { address: '2001:db8::1', port: 5060 }
  const credentials = 'Authorization: Digest username="a", response="0123456789abcdef", cnonce=4711\r\n'
  const rows: Sent[] = [
    { text: sip('INVITE sip:b@x SIP/2.0', 'one@phone', '1 INVITE') },
    { text: sip('SIP/2.0 401 Unauthorized', 'one@phone', '1 INVITE'), direction: 'out' },
    { text: sip('INVITE sip:b@x SIP/2.0', 'one@phone', '2 INVITE', credentials) },
    {
      text: sip('INVITE sip:b@y SIP/2.0', 'two', '1 INVITE'),
      direction: 'out',
      remote: carrier,
      local: us,
      protocol: 'tcp',
    },
    { text: sip('SIP/2.0 200 OK', 'two', '1 INVITE'), remote: carrier, local: us, protocol: 'tcp' },
    { text: sip('SIP/2.0 200 OK', 'one@phone', '2 INVITE'), direction: 'out' },
    { text: sip('SIP/2.0 200 OK', 'one@phone', '2 INVITE'), direction: 'out' },
    { text: sip('BYE sip:b@x SIP/2.0', 'one@phone', '3 BYE') },
  ]
  return rows.map((row, at) => message({ ...row, at: START + at * 20.25 }))
}

test('R100 a closed trace gives a call by its id and by each Call-ID, its secrets covered', async () => {
  await inFolder(async (folder) => {
    const clock = virtualClock(START)
    const trace = openTrace({ folder, clock, log: silentLog })
    for (const [at, one] of callMessages().entries()) {
      trace.record(one)
      trace.record(message({ text: sip('OPTIONS sip:x SIP/2.0', `other-${at}`, '1 OPTIONS') }))
      if (at === 2) trace.beginLeg('call-1', 'one@phone', 'tenant-a')
      if (at === 3) trace.beginLeg('call-1', 'two', undefined)
      clock.advance(20)
    }
    trace.endCall('call-1')
    await trace.close()
    for (const id of ['call-1', 'one@phone', 'two']) {
      const found = await findCallTrace(folder, id)
      assert.equal(found?.callId, 'call-1')
      assert.equal(found.messages.length, 8)
      assert.deepEqual(
        found.legs.map((leg) => [leg.sipCallId, leg.tenantId]),
        [
          ['one@phone', 'tenant-a'],
          ['two', undefined],
        ],
      )
    }
    const stranger = await findCallTrace(folder, 'other-3')
    assert.deepEqual([stranger?.callId, stranger?.messages.length], [undefined, 1])
    assert.equal(await findCallTrace(folder, 'nobody'), undefined)
    const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'))
    assert.ok(!bytes.some((text) => text.includes('0123456789abcdef') || text.includes('4711')))
    assert.ok(bytes.some((text) => text.includes('response="****************", cnonce=****\r\n')))
  })
})

test('ring and disk are bounded, the oldest goes first, and what finds no room is counted', async () => {
  await inFolder(async (folder) => {
    const clock = virtualClock(START)
    const limits = { ringBytes: 1_048_576, segmentBytes: 100_000, diskBytes: 400_000, keepMs: 3_600_000 }
    const trace = openTrace({ folder, clock, log: silentLog, limits })
    const padding = `X: ${'y'.repeat(1000)}\r\n`
    for (let at = 0; at < 60; at++) {
      for (let one = 0; one < 20; one++)
        trace.record(message({ text: sip('OPTIONS sip:x SIP/2.0', `${at}`, '1 O', padding) }))
      clock.advance(1000)
      await trace.flush()
    }
    const sizes = (await listSegments(folder)).map((one) => statSync(one.messages).size)
    const total = sizes.reduce((sum, size) => sum + size, 0)
    assert.ok(total <= 600_000, `${total} bytes on disk`)
    assert.equal(await findCallTrace(folder, '0'), undefined)
    assert.equal((await findCallTrace(folder, '59'))?.messages.length, 20)
    clock.advance(7_200_000)
    await trace.flush()
    assert.equal(await findCallTrace(folder, '59'), undefined)
    assert.equal(trace.counts().dropped, 0)
    for (let at = 0; at < 3000; at++)
      trace.record(message({ text: sip('OPTIONS sip:x SIP/2.0', 'flood', '1 O', padding) }))
    assert.ok(trace.counts().dropped > 1500)
    await trace.close()
  })
})

test('a torn segment gives what is whole in it', async () => {
  await inFolder(async (folder) => {
    const clock = virtualClock(START)
    const trace = openTrace({ folder, clock, log: silentLog })
    for (const one of callMessages()) trace.record(one)
    trace.beginLeg('call-1', 'one@phone', undefined)
    await trace.close()
    const [segment] = await listSegments(folder)
    const bytes = readFileSync(segment!.messages)
    writeFileSync(segment!.messages, bytes.subarray(0, bytes.length - 30))
    writeFileSync(segment!.calls, '{"kind":"le', { flag: 'a' })
    assert.equal((await findCallTrace(folder, 'call-1'))?.messages.length, 5)
  })
})

test('a record is read as it was written, whatever the message', () => {
  const address = fc.constantFrom('192.0.2.1', '::1', '2001:db8:1:2:3:4:5:6', '')
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      address,
      fc.integer({ min: 0, max: 65_535 }),
      (bytes, host, port) => {
        const one = message({ text: '', bytes: Buffer.from(bytes), remote: { address: host, port }, at: START + 0.125 })
        const into = Buffer.alloc(600)
        const end = writeRecord(into, 7, one)
        assert.deepEqual(readRecord(into, 7), one)
        assert.equal(recordAt(into.subarray(0, end), 7)?.end, end)
        assert.equal(recordAt(into.subarray(0, end - 1), 7), undefined)
      },
    ),
  )
})

test('passwords, keys, digits and texts are covered, line by line, and nothing else', () => {
  const covered = (text: string): string => {
    const bytes = Buffer.from(`..${text}..`)
    maskMessage(bytes, 2, bytes.length - 2)
    return bytes.toString().slice(2, -2)
  }
  const body = 'v=0\r\na=crypto:1 AES inline:abc\r\na=ice-pwd:secret\r\nm=audio 1 RTP/AVP 0\r\n'
  assert.equal(
    covered(
      `INVITE sip:b:geheim@x SIP/2.0\r\nproxy-authorization: Digest cnonce="ab",\r\n response = "cd"\r\n\r\n${body}`,
    ),
    'INVITE sip:b:******@x SIP/2.0\r\nproxy-authorization: Digest cnonce="**",\r\n response = "**"\r\n\r\n' +
      `v=0\r\na=crypto:${'*'.repeat(16)}\r\na=ice-pwd:******\r\nm=audio 1 RTP/AVP 0\r\n`,
  )
  assert.equal(
    covered('INFO sip:a SIP/2.0\r\n\r\nSignal=5\r\nDuration=160'),
    'INFO sip:a SIP/2.0\r\n\r\nSignal=*\r\nDuration=160',
  )
  assert.equal(
    covered('INFO sip:a SIP/2.0\r\nc: application/dtmf\r\n\r\n5'),
    'INFO sip:a SIP/2.0\r\nc: application/dtmf\r\n\r\n*',
  )
  assert.equal(covered('MESSAGE sip:a SIP/2.0\r\n\r\nhello\r\nyou'), 'MESSAGE sip:a SIP/2.0\r\n\r\n*****\r\n***')
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      assert.equal(Buffer.byteLength(covered(text)), Buffer.byteLength(text))
    }),
  )
})

test('R100 the ladder says who sent what, which leg, and what was repeated; the text has a line for each', () => {
  const messages = callMessages().map((one): LegMessage => ({
    ...one,
    sipCallId: one.protocol === 'tcp' ? 'two' : 'one@phone',
  }))
  const ladder = drawLadder(messages)
  assert.deepEqual(
    ladder.parties.map((party) => party.name),
    ['192.0.2.7:5070', 'dialhouse', '[2001:db8::9]:5080'],
  )
  assert.deepEqual(
    ladder.arrows.map((arrow) => [arrow.label, arrow.from, arrow.to, arrow.leg, arrow.isRepeated]),
    [
      ['INVITE', 0, 1, 0, false],
      ['401 Unauthorized', 1, 0, 0, false],
      ['INVITE', 0, 1, 0, false],
      ['INVITE', 1, 2, 1, false],
      ['200 OK', 2, 1, 1, false],
      ['200 OK', 1, 0, 0, false],
      ['200 OK', 1, 0, 0, true],
      ['BYE', 0, 1, 0, false],
    ],
  )
  const lines = writeLadder(ladder, { isColoured: false }).split('\n')
  assert.equal(
    lines.find((line) => line.includes('+0.061')),
    '    +0.061                │                             │────────── INVITE ──────────>│',
  )
  assert.ok(lines.some((line) => line.includes('│<─────── 200 OK again ───────│')))
})

test(
  'R100 tshark reads every message of the capture, over UDP and TCP, IPv4 and IPv6, with good checksums',
  { skip: unlessInstalled('tshark') },
  async () => {
    await inFolder(async (folder) => {
      const messages = callMessages()
      const path = join(folder, 'call.pcap')
      writeFileSync(path, writePcap(messages))
      const fields = [
        'sip.Call-ID',
        'sip.Method',
        'sip.Status-Code',
        'ip.checksum.status',
        'udp.checksum.status',
        'tcp.checksum.status',
      ]
      const args = {
        file: path,
        filter: 'sip',
        fields,
        preferences: ['ip', 'udp', 'tcp'].map((one) => `${one}.check_checksum:TRUE`),
      }
      const rows = await readCapture(args)
      assert.equal(rows.length, messages.length)
      assert.deepEqual(
        rows.map((row) => row[1] || row[2]),
        ['INVITE', '401', 'INVITE', 'INVITE', '200', '200', '200', 'BYE'],
      )
      for (const row of rows)
        assert.ok(
          row.slice(3).every((status) => status === '' || status === '1'),
          row.join('|'),
        )
    })
  },
)

test('R100 HEP3 is what its specification says', () => {
  const one = callMessages()[3]!
  const packet = writeHep(one, 7)
  assert.equal(packet.toString('latin1', 0, 4), 'HEP3')
  assert.equal(packet.readUInt16BE(4), packet.length)
  const chunks = new Map<number, Buffer>()
  for (let at = 6; at < packet.length; at += packet.readUInt16BE(at + 4)) {
    assert.equal(packet.readUInt16BE(at), 0)
    chunks.set(packet.readUInt16BE(at + 2), packet.subarray(at + 6, at + packet.readUInt16BE(at + 4)))
  }
  assert.equal(chunks.get(1)?.[0], 10)
  assert.equal(chunks.get(2)?.[0], 6)
  assert.equal(chunks.get(6)?.toString('hex'), '20010db8000000000000000000000009')
  assert.equal(chunks.get(8)?.readUInt16BE(), 5080)
  assert.equal(chunks.get(9)?.readUInt32BE(), Math.floor(one.at / 1000))
  assert.equal(chunks.get(10)?.readUInt32BE(), 60_750)
  assert.equal(chunks.get(11)?.[0], 1)
  assert.equal(chunks.get(12)?.readUInt32BE(), 7)
  assert.equal(chunks.get(17)?.toString(), 'two')
  assert.deepEqual(chunks.get(15), one.bytes)
})

test('R100 sngrep decodes what is sent to it as HEP3', { skip: unlessInstalled('sngrep') }, async () => {
  await inFolder(async (folder) => {
    const [port = 0] = await freePorts(1)
    const path = join(folder, 'hep.pcap')
    const collector = startProgram('sngrep', ['-N', '-q', '-L', `udp:127.0.0.1:${port}`, '-O', path], folder)
    try {
      assert.ok(await isUdpTaken(port), collector.output())
      const hep = openHepSender({ host: '127.0.0.1', port }, { agentId: 1, log: silentLog })
      const into = Buffer.alloc(10_000)
      const messages = callMessages().filter((one) => one.protocol === 'udp')
      hep.send(
        into.subarray(
          0,
          messages.reduce((end, one) => writeRecord(into, end, one), 0),
        ),
      )
      // It writes when it ends; what is in its socket it has read long before.
      await pause(500)
      await hep.close()
      collector.signal('SIGINT')
      await collector.exited
      const fields = ['sip.Method', 'sip.Status-Code', 'sip.Call-ID', 'ip.src', 'udp.srcport']
      const rows = await readCapture({ file: path, filter: 'sip', fields })
      assert.deepEqual(
        rows.map((row) => row[0] || row[1]),
        ['INVITE', '401', 'INVITE', '200', '200', 'BYE'],
      )
      assert.deepEqual(rows[0]?.slice(2), ['one@phone', '192.0.2.7', '5070'])
    } finally {
      await collector.stop()
    }
  })
})

test('what is written to disk is sent to the collector, covered as well', async () => {
  await inFolder(async (folder) => {
    const collector = createSocket('udp4')
    collector.bind(0, '127.0.0.1')
    await once(collector, 'listening')
    const hep = openHepSender({ host: '127.0.0.1', port: collector.address().port }, { agentId: 1, log: silentLog })
    const trace = openTrace({ folder, clock: systemClock(), log: silentLog, onWritten: hep.send })
    const came: string[] = []
    collector.on('message', (bytes) => void came.push(bytes.toString('latin1')))
    for (const one of callMessages()) trace.record(one)
    await trace.close()
    for (let tries = 0; tries < 100 && came.length < 8; tries++) await new Promise((settle) => setTimeout(settle, 10))
    collector.close()
    await hep.close()
    assert.equal(came.length, 8)
    assert.ok(!came.some((text) => text.includes('0123456789abcdef')))
  })
})
