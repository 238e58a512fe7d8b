import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { liveCalls } from '../../company/switch/index.ts'
import { readCapture, startCapture } from '../../../test/peers/tshark.ts'
import { freePorts, pause, unlessInstalled } from '../../../test/peers/program.ts'
import { answerScenario, callScenario } from '../../../test/peers/sipp-scenarios.ts'
import { runSipp, startSipp } from '../../../test/peers/sipp.ts'
import { clock, inHouse } from './testing.ts'

const missing = unlessInstalled('tshark', 'tshark') || unlessInstalled('sipp', 'sip-tester')
const skip = missing || (process.getuid?.() === 0 ? false : 'capturing needs root')

/** From the call's beginning on; shorter than the patience of anybody who waits for the disk. */
const DISK_STANDS_MS = 800

test(
  'R51 the carrier is called on a decision of memory; its answer waits until the reservation is on disk',
  { skip },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dialhouse-held-'))
    try {
      await inHouse(async ({ carrierPort, sipPort, passwordOf, database, bus }) => {
        const scenario = answerScenario({ ringMs: 50 })
        const carrier = startSipp({ folder: join(folder, 'carrier'), scenario, sipPort: carrierPort })
        const file = join(folder, 'call.pcapng')
        const capture = await startCapture({ file, filter: `udp port ${sipPort}` })
        const [callerPort = 0] = await freePorts(1)
        const { ownerSql } = database
        await ownerSql.unsafe('begin; lock table reservation in access exclusive mode')
        const from = 'acme201'
        const calling = runSipp({
          folder: join(folder, 'caller'),
          scenario: callScenario({ from, password: passwordOf(from), holdMs: 300 }),
          target: { host: '127.0.0.1', port: sipPort },
          service: '12125550100',
          sipPort: callerPort,
          calls: 1,
        })
        const isThere = async (): Promise<boolean> => {
          const calls = await bus.request('signal', liveCalls, {})
          return calls.ok && calls.value.length > 0
        }
        while (!(await isThere())) await pause(10)
        await pause(DISK_STANDS_MS)
        const releasedAt = clock.now() / 1000
        await ownerSql.unsafe('commit')
        const { succeeded, errors } = await calling
        assert.equal(succeeded, 1, errors)
        await capture.stop()
        await carrier.stop()
        const seen = async (filter: string): Promise<number> => {
          const decode = [`udp.port==${sipPort},sip`]
          const [row] = await readCapture({ file, filter, fields: ['frame.time_epoch', 'frame.number'], decode })
          assert.ok(row, `${filter} was on the wire`)
          return Number(row[0])
        }
        const answers = 'sip.Status-Code==200 && sip.CSeq.method=="INVITE"'
        const invited = await seen(`sip.Method=="INVITE" && udp.dstport==${carrierPort}`)
        const answered = await seen(`${answers} && udp.srcport==${carrierPort}`)
        const passedOn = await seen(`${answers} && udp.dstport==${callerPort}`)
        assert.ok(invited < releasedAt, 'the carrier was called while the disk stood still')
        assert.ok(answered < releasedAt, 'and had answered')
        assert.ok(passedOn > releasedAt, `but the caller heard it ${passedOn - releasedAt} s after the disk went on`)
      })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
