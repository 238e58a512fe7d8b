/** JsSIP in headless Chromium as a phone: SIP over secure WebSocket, WebRTC audio from a fake microphone. */

import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { chromium, type Browser, type Page } from 'playwright-core'
import { rolldown } from 'rolldown'
import { CHROMIUM } from '../chromium.ts'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  // Our certificate is self-signed here; a browser of a user must believe a real one.
  '--ignore-certificate-errors',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
]

export type BrowserPhone = {
  /** `registered`, `registrationFailed 403`, `incoming`, `confirmed`, `hold`, `unhold`, `ended`, `failed 486` ... */
  events(): Promise<readonly string[]>
  dial(user: string): Promise<void>
  hold(): Promise<void>
  resume(): Promise<void>
  refer(user: string): Promise<void>
  /** Holds its call and calls somebody else. */
  consult(user: string): Promise<void>
  /** Gives the call on hold to the other one (Replaces). */
  join(): Promise<void>
  hangUp(): Promise<void>
  /** RTP packets that came from the other side. */
  packetsHeard(): Promise<number>
  close(): Promise<void>
}

export type BrowserPhones = {
  open(account: { user: string; password: string; url: string; sessionSeconds?: number }): Promise<BrowserPhone>
  close(): Promise<void>
}

/** What runs in the page: one phone, its events as words. It takes every call. */
const phoneScript = `
window.startPhone = ({ user, password, url, sessionSeconds }) => {
  const said = []
  const ua = new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(url)],
    uri: 'sip:' + user + '@house.invalid',
    password,
    register_expires: 300,
    session_timers: true,
  })
  let session
  let held
  const options = { mediaConstraints: { audio: true, video: false }, sessionTimersExpires: sessionSeconds ?? 90 }
  ua.on('registered', () => said.push('registered'))
  ua.on('registrationFailed', (e) => said.push('registrationFailed ' + (e.response ? e.response.status_code : e.cause)))
  ua.on('newRTCSession', ({ session: one, originator }) => {
    session = one
    const plain = ['progress', 'accepted', 'confirmed', 'hold', 'unhold', 'ended']
    for (const name of plain) one.on(name, () => said.push(name))
    one.on('failed', (e) => said.push('failed ' + e.cause))
    one.on('update', () => said.push('update'))
    one.on('reinvite', () => said.push('reinvite'))
    if (originator === 'remote') { said.push('incoming'); one.answer(options) }
  })
  const told = {
    requestSucceeded: () => said.push('refer taken'),
    requestFailed: () => said.push('refer refused'),
    accepted: () => said.push('refer done'),
    failed: () => said.push('refer failed'),
  }
  ua.start()
  window.phone = {
    said,
    dial: (target) => void ua.call('sip:' + target + '@house.invalid', options),
    hold: () => session.hold(),
    resume: () => session.unhold(),
    refer: (target) => void session.refer('sip:' + target + '@house.invalid', { eventHandlers: told }),
    consult: (target) => {
      held = session
      held.hold()
      ua.call('sip:' + target + '@house.invalid', options)
    },
    join: () => void held.refer(session.remote_identity.uri, { replaces: session, eventHandlers: told }),
    hangUp: () => session.terminate(),
    heard: async () => {
      let packets = 0
      for (const one of (await session.connection.getStats()).values())
        if (one.type === 'inbound-rtp') packets += one.packetsReceived
      return packets
    },
    stop: () => ua.stop(),
  }
}`

async function bundle(): Promise<string> {
  const input = createRequire(import.meta.url).resolve('jssip')
  const built = await rolldown({ input, platform: 'browser', logLevel: 'silent' })
  const { output } = await built.generate({ format: 'iife', name: 'JsSIP' })
  await built.close()
  return output[0].code
}

/** Starts the browser and the page that the phones are opened from, on an origin of this machine. */
export async function startBrowserPhones(): Promise<BrowserPhones> {
  const library = await bundle()
  const page = createServer((_, answer) =>
    answer.writeHead(200, { 'content-type': 'text/html' }).end('<title>Phone</title>'),
  )
  await new Promise<void>((settle) => void page.listen(0, '127.0.0.1', settle))
  const place = page.address()
  const url = `http://127.0.0.1:${typeof place === 'object' && place ? place.port : 0}/`
  const browser: Browser = await chromium.launch({ executablePath: CHROMIUM, args: flags })
  return {
    async open(account) {
      const tab = await (await browser.newContext({ permissions: ['microphone'] })).newPage()
      await tab.goto(url)
      await tab.addScriptTag({ content: library })
      await tab.evaluate(phoneScript)
      await tab.evaluate(`startPhone(${JSON.stringify(account)})`)
      return phoneOf(tab)
    },
    async close() {
      await browser.close()
      await new Promise<void>((settle) => void page.close(() => settle()))
    },
  }
}

function phoneOf(tab: Page): BrowserPhone {
  return {
    events: () => tab.evaluate<string[]>('phone.said'),
    dial: (user) => tab.evaluate(`phone.dial(${JSON.stringify(user)})`),
    hold: () => tab.evaluate('void phone.hold()'),
    resume: () => tab.evaluate('void phone.resume()'),
    refer: (user) => tab.evaluate(`phone.refer(${JSON.stringify(user)})`),
    consult: (user) => tab.evaluate(`phone.consult(${JSON.stringify(user)})`),
    join: () => tab.evaluate('phone.join()'),
    hangUp: () => tab.evaluate('phone.hangUp()'),
    packetsHeard: () => tab.evaluate<number>('phone.heard()'),
    async close() {
      await tab.evaluate('phone.stop()')
      await tab.context().close()
    },
  }
}
