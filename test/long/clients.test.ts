/**
 * Client matrix: programs that we did not write, each over its transport, do what phones do. What counts as done is
 * read from the trace of the house or said by the program on the other side. About four minutes.
 */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { endLiveCall, flushTrace, liveCalls } from '../../src/company/switch/index.ts'
import { findCallTrace } from '../../src/network/trace/index.ts'
import { traceFolder } from '../../src/processes/trace-folder.ts'
import { clock, inHouse, type TestHouse } from '../../src/processes/signal/testing.ts'
import { startBaresip, type Baresip } from '../peers/baresip.ts'
import { startBrowserPhones, type BrowserPhone, type BrowserPhones } from '../peers/jssip.ts'
import { startLinphone } from '../peers/linphone.ts'
import { accountField, callScenario, registerScenario } from '../peers/sipp-scenarios.ts'
import { runSipp } from '../peers/sipp.ts'
import { attendedTransferScenario, blindTransferScenario, refreshScenario } from '../peers/sipp-transfers.ts'
import { freePortRange, freePorts, pause, unlessInstalled } from '../peers/program.ts'

const skip =
  unlessInstalled('sipp', 'sip-tester') ||
  unlessInstalled('baresip') ||
  unlessInstalled('linphonec', 'linphone-cli') ||
  unlessInstalled('chromium')

/** A phone under test, whatever it is. */
type Phone = {
  readonly name: string
  readonly transport: string
  dial(number: string): Promise<void>
  hold(): Promise<void>
  resume(): Promise<void>
  /** Blind transfer of its call; absent where the program knows none. */
  refer?(number: string): Promise<void>
  /** Attended transfer: with its call on hold it calls somebody else, then joins both. */
  consult?(number: string): Promise<void>
  join?(): Promise<void>
  hangUp(): Promise<void>
  close(): Promise<void>
}

/** Somebody to talk to: how many calls it took so far. */
type Partner = { taken(): Promise<number>; close(): Promise<void> }

type Row = { client: string; transport: string; digest: string; acts: Record<string, string> }

const SESSION_SECONDS = { short: 20, usual: 90 }
/** A session is refreshed at half of its time. */
const REFRESH_MS = 60_000
const houseOf = (sessionSeconds: number) =>
  ['127.0.0.1', undefined, { datagramMax: undefined, sessionSeconds }] as const
const short = houseOf(SESSION_SECONDS.short)
/** A browser's phone takes nothing shorter (RFC 4028 §4). */
const usual = houseOf(SESSION_SECONDS.usual)

const PARTNERS = { second: { user: 'acme202', number: '202' }, third: { user: 'birch201', number: '+16045550101' } }

async function until(isTrue: () => Promise<boolean>, limitMs = 10_000): Promise<boolean> {
  for (const end = clock.monotonic() + limitMs; clock.monotonic() < end; await pause(100))
    if (await isTrue()) return true
  return false
}

async function callNow(house: TestHouse): Promise<{ callId: string; state: string } | undefined> {
  const answer = await house.bus.request('signal', liveCalls, {})
  return answer.ok ? answer.value[0] : undefined
}

/** The messages of a call as texts with their direction, `in INVITE sip:...`. */
async function messagesOf(house: TestHouse, callId: string): Promise<readonly string[]> {
  await house.bus.request('signal', flushTrace, {})
  const trace = await findCallTrace(traceFolder(house.dataFolder), callId)
  return (trace?.messages ?? []).map(({ direction, bytes }) => `${direction} ${bytes.toString('latin1')}`)
}

/** An offer inside the dialog that sends only, or neither (RFC 3264 §8.4). */
const isHold = (message: string): boolean =>
  /^in (INVITE|UPDATE) /.test(message) && /\nTo:.*tag=/i.test(message) && /\na=(sendonly|inactive)/.test(message)

/** A request that refreshes a session, in either direction, and its 200 (RFC 4028 §7.4). */
function isRefreshed(said: readonly string[]): boolean {
  const cseqOf = (message: string): string => /^CSeq: *(.*?)\r?$/im.exec(message)?.[1] ?? ''
  const refreshes = said.filter(
    (one) => /^(in|out) (INVITE|UPDATE) /.test(one) && /\nTo:.*tag=/i.test(one) && /\nSession-Expires:/i.test(one),
  )
  return refreshes.some((one) => {
    const answer = `${one.startsWith('in') ? 'out' : 'in'} SIP/2.0 200 `
    return said.some((other) => other.startsWith(answer) && cseqOf(other) === cseqOf(one))
  })
}

const proofsOf = (house: TestHouse): string => house.metrics.get('signal')?.text() ?? ''

/** How the last password was proved: the algorithm whose count rose. */
function digestSince(house: TestHouse, before: string): string {
  const lines = (text: string): string[] =>
    text.split('\n').filter((line) => line.startsWith('dialhouse_sip_proved_total{'))
  const known = new Set(lines(before))
  const risen = lines(proofsOf(house)).filter((line) => !known.has(line))
  return [...new Set(risen.map((line) => /algorithm="([^"]+)"/.exec(line)?.[1] ?? '?'))].join('+') || 'none'
}

/** Puts one phone through its acts. */
async function putThrough(house: TestHouse, open: () => Promise<Phone>, partners: Record<'second' | 'third', Partner>) {
  const acts: Record<string, string> = {}
  const before = proofsOf(house)
  const phone = await open()
  const isIn = await until(async () => digestSince(house, before) !== 'none')
  await pause(500)
  acts['register'] = isIn ? 'ok' : 'failed'
  const talks = async (): Promise<string | undefined> => {
    const count = await partners.second.taken()
    await phone.dial(PARTNERS.second.number)
    const up = await until(
      async () => (await callNow(house))?.state === 'talking' && (await partners.second.taken()) > count,
    )
    return up ? (await callNow(house))?.callId : undefined
  }
  const isOver = (): Promise<boolean> => until(async () => (await callNow(house)) === undefined)
  const first = await talks()
  acts['call'] = first === undefined ? 'failed' : 'ok'
  if (first !== undefined) {
    await pause(500)
    await phone.hold()
    await pause(1500)
    await phone.resume()
    await pause(1500)
    const said = await messagesOf(house, first)
    acts['hold'] = said.some(isHold) ? 'ok' : 'failed'
    await phone.hangUp()
    acts['hang up'] = (await isOver()) ? 'ok' : 'failed'
  }
  acts['blind transfer'] = phone.refer ? await transfer(house, phone, talks, partners.third) : 'no such command'
  await isOver()
  const isAble = phone.consult && phone.join
  acts['attended transfer'] = isAble ? await joinCalls(house, phone, talks, partners.third) : 'no such command'
  await isOver()
  const quiet = await talks()
  const refreshed =
    quiet !== undefined && (await until(async () => isRefreshed(await messagesOf(house, quiet)), REFRESH_MS))
  acts['refresh'] = refreshed ? 'ok' : 'failed'
  await phone.hangUp().catch(() => {})
  await isOver()
  const row: Row = { client: phone.name, transport: phone.transport, digest: digestSince(house, before), acts }
  await phone.close()
  return row
}

/** Two calls of the phone become one that it is not part of. */
async function joinCalls(
  house: TestHouse,
  phone: Phone,
  talks: () => Promise<string | undefined>,
  third: Partner,
): Promise<string> {
  const call = await talks()
  if (call === undefined) return 'no call'
  const count = await third.taken()
  await phone.consult?.(PARTNERS.third.number)
  if (!(await until(async () => (await third.taken()) > count))) return 'no second call'
  await pause(1000)
  await phone.join?.()
  const live = async (): Promise<number> => {
    const answer = await house.bus.request('signal', liveCalls, {})
    return answer.ok ? answer.value.length : 0
  }
  const isOne = await until(async () => (await live()) === 1)
  const said = (await messagesOf(house, call)).join('\n')
  const isJoined =
    /^in REFER /m.test(said) && /Refer-To:.*Replaces=/i.test(said) && /sipfrag[^]*SIP\/2.0 200/.test(said)
  await pause(500)
  await phone.hangUp().catch(() => {})
  for (let left = await callNow(house); left; left = await callNow(house)) {
    await house.bus.request('signal', endLiveCall, { callId: left.callId })
    await pause(300)
  }
  return isOne && isJoined ? 'ok' : isOne ? 'one call, not told' : 'not joined'
}

async function transfer(
  house: TestHouse,
  phone: Phone,
  talks: () => Promise<string | undefined>,
  third: Partner,
): Promise<string> {
  const call = await talks()
  if (call === undefined) return 'no call'
  const count = await third.taken()
  await phone.refer?.(PARTNERS.third.number)
  const isTaken = await until(async () => (await third.taken()) > count)
  const said = (await messagesOf(house, call)).join('\n')
  const isRefer = /^in REFER /m.test(said) && /^out SIP\/2.0 202 /m.test(said)
  await pause(500)
  await phone.hangUp().catch(() => {})
  const live = await callNow(house)
  if (live) await house.bus.request('signal', endLiveCall, { callId: live.callId })
  return isTaken && isRefer && live ? 'ok' : isRefer ? 'taken, not connected' : 'refused'
}

async function baresipPhone(
  house: TestHouse,
  folder: string,
  user: string,
  transport: 'udp' | 'tcp' | 'tls',
): Promise<Baresip> {
  const [sipPort = 0, controlPort = 0] = await freePorts(2)
  const port = transport === 'tls' ? house.tlsPort : house.sipPort
  const account = { user, password: house.passwordOf(user), host: '127.0.0.1', port, transport }
  const rtpPorts = await freePortRange(16)
  const options = { folder: join(folder, `${user}-${transport}`), account, sipPort, controlPort, rtpPorts, toneHz: 440 }
  return startBaresip(options)
}

function asPhone(house: TestHouse, folder: string, transport: 'udp' | 'tcp' | 'tls'): () => Promise<Phone> {
  return async () => {
    const phone = await baresipPhone(house, folder, 'acme201', transport)
    return {
      name: 'baresip 1.0',
      transport,
      dial: (number) => phone.dial(`sip:${number}@127.0.0.1:${transport === 'tls' ? house.tlsPort : house.sipPort}`),
      hold: () => phone.command('hold'),
      resume: () => phone.command('resume'),
      refer: (number) => phone.command('transfer', `sip:${number}@127.0.0.1`),
      hangUp: () => phone.hangUp(),
      close: () => phone.close(),
    }
  }
}

function asLinphone(house: TestHouse, folder: string, transport: 'udp' | 'tcp' | 'tls'): () => Promise<Phone> {
  return async () => {
    const port = transport === 'tls' ? house.tlsPort : house.sipPort
    const account = { user: 'acme201', password: house.passwordOf('acme201'), host: '127.0.0.1', port }
    const phone = await startLinphone(join(folder, `linphone-${transport}`), { ...account, transport })
    const type = async (text: string): Promise<void> => phone.command(text)
    return {
      name: 'linphone 5.1',
      transport,
      dial: async (number) => {
        await type('soundcard use files')
        await type(`call ${number}`)
      },
      hold: () => type('pause'),
      resume: () => type('resume'),
      refer: (number) => type(`transfer ${number}`),
      consult: async (number) => {
        await type('pause')
        await pause(1000)
        await type(`call ${number}`)
      },
      join: async () => {
        await type('calls')
        await pause(500)
        const listed = phone.program.output().split('Call states').at(-1) ?? ''
        const ids = [...listed.matchAll(/^ *(\d+) *\|/gm)].map((found) => found[1])
        await type(`transfer ${ids[0]} --to-call ${ids[1]}`)
      },
      hangUp: () => type('terminate all'),
      close: () => phone.close(),
    }
  }
}

const partnerOf = (phone: Baresip): Partner => ({
  taken: async () => phone.events.filter((event) => event.type === 'CALL_ESTABLISHED').length,
  close: () => phone.close(),
})

const browserPartner = (phone: BrowserPhone): Partner => ({
  taken: async () => (await phone.events()).filter((word) => word === 'confirmed').length,
  close: () => phone.close(),
})

async function browserRow(house: TestHouse, browsers: BrowserPhones): Promise<Row> {
  const url = `wss://127.0.0.1:${house.wssPort}/`
  const open = (user: string): Promise<BrowserPhone> => browsers.open({ user, password: house.passwordOf(user), url })
  const second = browserPartner(await open('acme202'))
  const third = browserPartner(await open('birch201'))
  await pause(1000)
  const row = await putThrough(
    house,
    async () => ({ ...(await open('acme201')), name: 'JsSIP 3.13, Chromium', transport: 'wss' }),
    { second, third },
  )
  await second.close()
  await third.close()
  return row
}

/** SIPp does each act as a scenario of its own, with an MD5 password. */
async function sippRow(house: TestHouse, folder: string, transport: 'udp' | 'tcp'): Promise<Row> {
  const before = proofsOf(house)
  const user = 'acme201'
  const password = house.passwordOf(user)
  const numbers = { second: PARTNERS.second.number, third: PARTNERS.third.number.slice(1) }
  const parties = { from: user, password, ...numbers }
  const calls = {
    register: registerScenario({ expiresSeconds: 60 }),
    call: callScenario({ ...parties, holdMs: 500 }),
    hold: callScenario({ ...parties, holdMs: 500, holds: true }),
    'blind transfer': blindTransferScenario(parties),
    'attended transfer': attendedTransferScenario(parties),
    refresh: refreshScenario(parties),
  }
  const acts: Record<string, string> = {}
  const run = async (act: string, scenario: string): Promise<boolean> => {
    const [sipPort = 0] = await freePorts(1)
    const result = await runSipp({
      folder: join(folder, `sipp-${transport}-${act.replace(' ', '-')}`),
      scenario,
      target: { host: '127.0.0.1', port: house.sipPort },
      sipPort,
      transport,
      service: numbers.second,
      calls: 1,
      fields: [accountField(user, password)],
      callId: '%u-%p',
      limitSeconds: 20,
    })
    for (let left = await callNow(house); left; left = await callNow(house)) {
      await house.bus.request('signal', endLiveCall, { callId: left.callId })
      await pause(300)
    }
    return result.succeeded === 1
  }
  for (const [act, scenario] of Object.entries(calls)) {
    // It gives a call up when two messages reach it in one read of a connection, as NOTIFY and BYE may.
    let isDone = false
    for (let tries = 0; tries < 3 && !isDone; tries++) isDone = await run(act, scenario)
    acts[act] = isDone ? 'ok' : 'failed'
    if (act === 'call') acts['hang up'] = acts[act]
  }
  return { client: 'SIPp 3.6', transport, digest: digestSince(house, before), acts }
}

function tableOf(rows: readonly Row[]): string {
  const acts = [...new Set(rows.flatMap((row) => Object.keys(row.acts)))]
  const head = ['client', 'transport', 'digest', ...acts]
  const lines = rows.map((row) => [row.client, row.transport, row.digest, ...acts.map((act) => row.acts[act] ?? '-')])
  const widths = head.map((name, at) => Math.max(name.length, ...lines.map((line) => line[at]!.length)))
  return [head, ...lines]
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

test('phones of others, each over its transport, do what phones do', { skip }, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-clients-'))
  const rows: Row[] = []
  try {
    await inHouse(
      async (house) => {
        const second = await baresipPhone(house, folder, 'acme202', 'udp')
        const third = await baresipPhone(house, folder, 'birch201', 'tcp')
        assert.ok((await second.registered()) && (await third.registered()))
        const partners = { second: partnerOf(second), third: partnerOf(third) }
        for (const transport of ['udp', 'tcp', 'tls'] as const) {
          rows.push(await putThrough(house, asPhone(house, folder, transport), partners))
        }
        for (const transport of ['udp', 'tcp', 'tls'] as const) {
          rows.push(await putThrough(house, asLinphone(house, folder, transport), partners))
        }
        for (const transport of ['udp', 'tcp'] as const) rows.push(await sippRow(house, folder, transport))
        await second.close()
        await third.close()
      },
      ...short,
    )
    await inHouse(
      async (house) => {
        const browsers = await startBrowserPhones()
        try {
          rows.push(await browserRow(house, browsers))
        } finally {
          await browsers.close()
        }
      },
      ...usual,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  for (const line of tableOf(rows).split('\n')) context.diagnostic(line)
  for (const { client, transport, acts } of rows) {
    for (const [act, outcome] of Object.entries(acts)) {
      if (outcome !== 'no such command') assert.equal(outcome, 'ok', `${client} ${transport} ${act}`)
    }
  }
})
