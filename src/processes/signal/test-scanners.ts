/** SIPVicious against a whole house, from a network of its own and from behind the address of genuine phones. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { shieldReport } from '../../company/switch/index.ts'
import { freePorts, pause } from '../../../test/peers/program.ts'
import { accountField, answerScenario, callScenario, registerScenario } from '../../../test/peers/sipp-scenarios.ts'
import { runSipp, startSipp, type Sipp } from '../../../test/peers/sipp.ts'
import { attack, openNamespace, type Namespace } from '../../../test/peers/sipvicious.ts'
import { inHouse, type TestHouse } from './testing.ts'

export type Siege = {
  /** Extensions that svwar asks for, passwords that svcrack tries. */
  readonly probes: number
  readonly callsPerSecond: number
  readonly calls: number
}

/** A phone that is offered MD5 alone, which is all that the tool knows. */
const AGENT = 'baresip v2.0.1'

type Field = { readonly house: TestHouse; readonly folder: string; readonly siege: Siege }

type Tool = 'svmap' | 'svwar' | 'svcrack'

/** Tools at work from one place at the same time: what they sent and were answered, by the kernel of the namespace. */
async function strike(
  { house, folder, siege }: Field,
  namespace: Namespace,
  tools: readonly Tool[],
  disguise?: string,
) {
  namespace.traffic()
  const at = [`-p${house.sipPort}`, namespace.ours]
  const last = 1000 + siege.probes
  const args = {
    svmap: ['-x', namespace.theirs, '-P5061', '-t', '0.02', ...at],
    svwar: ['-x', namespace.theirs, '-P5062', '--force', '--maximumtime=1', `-e1000-${last}`, '-t', '0.005', ...at],
    svcrack: [
      '-x',
      namespace.theirs,
      '-P5063',
      '-u',
      'acme201',
      '--maximumtime=1',
      '-t',
      '0.005',
      `-r1000-${last}`,
      ...at,
    ],
  }
  const how = disguise === undefined ? {} : { disguise }
  const outputs = await Promise.all(
    tools.map((tool) => attack({ tool, args: args[tool], namespace, folder: join(folder, tool), ...how })),
  )
  return { ...namespace.traffic(), output: outputs.join('\n') }
}

/** From a /24 of its own: silence for the tools as they are, at most one answer to each question of a disguised one. */
async function fromOutside(field: Field, namespace: Namespace): Promise<void> {
  const plain = await strike(field, namespace, ['svmap', 'svwar', 'svcrack'])
  assert.ok(plain.sent >= 3, `nothing was sent: ${plain.output}`)
  assert.equal(plain.received, 0, `tools that name themselves were answered: ${plain.output}`)
  // An extension that exists is answered as one that does not: the tool sees no use in going on.
  const war = await strike(field, namespace, ['svmap', 'svwar'], AGENT)
  assert.ok(war.received <= war.sent && war.received <= 9, `svwar: ${war.received} answers to ${war.sent}`)
  assert.match(war.output, /found nothing/)
  const crack = await strike(field, namespace, ['svcrack'], AGENT)
  assert.ok(crack.sent > 20, `svcrack gave up after ${crack.sent}: ${crack.output}`)
  assert.ok(crack.received <= 24, `svcrack: ${crack.received} answers to ${crack.sent}`)
  assert.ok(crack.receivedBytes <= crack.sentBytes * 1.5, `${crack.receivedBytes} bytes for ${crack.sentBytes}`)
  assert.doesNotMatch(crack.output, /The password is/)
}

/** Behind the address of phones that are registered and call all the while. */
async function behindNat({ house, folder, siege }: Field, namespace: Namespace): Promise<void> {
  const here = { host: namespace.theirs, namespace: namespace.name, sipPort: 5070 }
  const target = { host: namespace.ours, port: house.sipPort }
  const field = accountField('acme201', house.passwordOf('acme201'))
  const registration = { scenario: registerScenario({ expiresSeconds: 600 }), target, calls: 1, fields: [field] }
  const first = await runSipp({ ...here, ...registration, folder: join(folder, 'register') })
  assert.equal(first.succeeded, 1, first.errors)
  const started: Sipp[] = []
  try {
    started.push(
      startSipp({
        folder: join(folder, 'carrier'),
        scenario: answerScenario({ ringMs: 50 }),
        sipPort: house.carrierPort,
      }),
    )
    const caller = callScenario({ from: 'acme201', password: house.passwordOf('acme201'), holdMs: 300 })
    const calls = startSipp({
      ...here,
      folder: join(folder, 'calls'),
      scenario: caller,
      target,
      service: '14165550199',
      calls: siege.calls,
      atOnce: 200,
      rate: siege.callsPerSecond,
    })
    started.push(calls)
    await pause(500)
    const siegeHere = { house, folder, siege }
    const war = await strike(siegeHere, namespace, ['svwar'], AGENT)
    const crack = await strike(siegeHere, namespace, ['svcrack'], AGENT)
    assert.doesNotMatch(war.output + crack.output, /reqauth|noauth|The password is/)
    const report = await house.bus.request('signal', shieldReport, {})
    const guessed = report.ok ? report.value.refusals.find((one) => one.reason === 'guessing') : undefined
    assert.ok(guessed && guessed.count > 0, JSON.stringify(report))
    const refresh = await runSipp({ ...here, ...registration, sipPort: 5072, folder: join(folder, 'refresh') })
    assert.equal(refresh.succeeded, 1, `a phone behind the attacker's address cannot refresh: ${refresh.errors}`)
    const done = await calls.result
    assert.deepEqual([done.succeeded, done.failed], [siege.calls, 0], done.errors)
  } finally {
    for (const sipp of started) await sipp.stop()
  }
}

/** Runs the siege; every count is told. */
export async function besiege(siege: Siege): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-siege-'))
  const [free = 0] = await freePorts(1)
  const namespaces = [openNamespace(1 + (free % 120)), openNamespace(121 + (free % 120))] as const
  try {
    // A busy machine may keep calls a second or two longer than they talk.
    const rtpPorts = Math.max(60, 4 * 3 * siege.callsPerSecond)
    await inHouse(
      async (house) => {
        const field = { house, folder, siege }
        await fromOutside(field, namespaces[0])
        await behindNat(field, namespaces[1])
      },
      '0.0.0.0',
      undefined,
      undefined,
      rtpPorts,
    )
  } finally {
    for (const namespace of namespaces) namespace.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
