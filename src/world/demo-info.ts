/** What a running demo tells those who use it: `demo-info.json` in the data folder, as docs/api describes it. */

import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../base/index.ts'
import { isLoopback } from '../platform/http/index.ts'
import { shownNumbers } from './actors/numbers.ts'
import { chooseCallers, type WorldPhone, type WorldTrunk } from './population.ts'
import { customerLogins, staffLogins, type SellerSlug, type WorldPlan } from './seed/plan.ts'
import { carrierNames } from './seed/write-carriers.ts'
import type { ApiKeys } from './seed/write-world.ts'

export type DemoLogin = { readonly url: string; readonly login: string; readonly password: string }

export type DemoInfo = {
  readonly http: string
  readonly demoPage: string
  readonly apiKeys: ApiKeys
  readonly logins: Readonly<Record<'staff' | 'partner' | 'customer' | 'user', DemoLogin>>
  readonly sip: {
    readonly host: string
    readonly port: number
    readonly tlsPort: number
    /** For browsers: plain on this machine, where no certificate of ours would be believed, else secure. */
    readonly wsUrl: string
    readonly wssUrl: string
    readonly realm: string
  }
  readonly phones: readonly {
    readonly user: string
    readonly password: string
    readonly extension: string
    readonly did: string
    readonly customer: string
    readonly reserved: boolean
  }[]
  readonly trunks: readonly {
    readonly user: string
    readonly password: string
    readonly name: string
    readonly customer: string
    readonly mainNumber: string
    readonly numbers: readonly string[]
    readonly channelsMax: number
    readonly callsPerSecondMax: number
    readonly reserved: boolean
  }[]
  readonly carriers: readonly { readonly name: string; readonly host: string; readonly port: number }[]
  readonly numbers: Readonly<Record<'onnet' | 'domestic' | 'international' | 'premium', readonly string[]>>
  readonly emergency: {
    readonly dial: string
    readonly addressTest: string
    readonly host: string
    readonly port: number
  }
}

export type DemoPlaces = {
  readonly http: number
  readonly carrierA: number
  readonly carrierB: number
  readonly psap: number
}

const HOST = '127.0.0.1'
const ONNET_SHOWN = 10

/** Addresses under which the house is reached from this machine. */
export type HouseUrls = {
  /** The provider's own, by the address that was configured. */
  readonly base: string
  /** A brand's portal. */
  ofBrand(slug: SellerSlug): string
  readonly sipHost: string
}

const unspecified = new Set(['0.0.0.0', '::'])

/** How this machine reaches what the configuration listens on. */
export function houseUrls({ http, sip }: Config, plan: WorldPlan): HouseUrls {
  const scheme = isLoopback(http.host) ? 'http' : 'https'
  const here = unspecified.has(http.host) ? HOST : http.host
  const hosts = new Map(plan.sellers.map((seller) => [seller.slug, seller.host]))
  return {
    base: `${scheme}://${here.includes(':') ? `[${here}]` : here}:${http.port}`,
    ofBrand: (slug) => `${scheme}://${hosts.get(slug) ?? here}:${http.port}`,
    sipHost: unspecified.has(sip.host) ? HOST : sip.host,
  }
}

/** Puts the facts of a running demo together. */
export function describeDemo(facts: {
  readonly config: Config
  readonly plan: WorldPlan
  readonly apiKeys: ApiKeys
  readonly phones: readonly WorldPhone[]
  readonly trunks: readonly WorldTrunk[]
  readonly realm: string
  readonly places: DemoPlaces
}): DemoInfo {
  const { config, plan, apiKeys, phones, trunks, realm, places } = facts
  const urls = houseUrls(config, plan)
  const { passwords } = plan
  const signIn = (base: string, login: string, password: string): DemoLogin => ({
    url: `${base}/sign-in`,
    login,
    password,
  })
  const { admin, user } = customerLogins(plan.customers[0]!)
  const partner = staffLogins.find((one) => one.role === 'partner_admin')!
  return {
    http: urls.base,
    demoPage: `http://${HOST}:${places.http}`,
    apiKeys,
    logins: {
      staff: signIn(urls.base, staffLogins[0].login, passwords.staff),
      partner: signIn(urls.ofBrand(partner.seller), partner.login, passwords.partner),
      customer: signIn(urls.base, admin.login, passwords.customer),
      user: signIn(urls.base, user.login, passwords.user),
    },
    sip: { ...sipPlaces(config, urls.sipHost), realm },
    phones: phones.map(({ user: sipUser, password, extension, did, customer, reserved }) => ({
      user: sipUser,
      password,
      extension,
      did,
      customer,
      reserved,
    })),
    trunks: trunks.map((trunk) => ({
      user: trunk.user,
      password: trunk.password,
      name: trunk.name,
      customer: trunk.customer,
      mainNumber: trunk.did,
      numbers: trunk.numbers,
      channelsMax: trunk.channelsMax,
      callsPerSecondMax: trunk.callsPerSecondMax,
      reserved: trunk.reserved,
    })),
    carriers: [
      { name: carrierNames.a, host: HOST, port: places.carrierA },
      { name: carrierNames.b, host: HOST, port: places.carrierB },
    ],
    numbers: {
      onnet: chooseCallers(phones)
        .slice(0, ONNET_SHOWN)
        .map((phone) => phone.did),
      ...shownNumbers,
    },
    emergency: { dial: '911', addressTest: '933', host: HOST, port: places.psap },
  }
}

function sipPlaces({ sip, sipPorts }: Config, host: string): Omit<DemoInfo['sip'], 'realm'> {
  const name = host.includes(':') ? `[${host}]` : host
  const wssUrl = `wss://${name}:${sipPorts.wss}/`
  const wsUrl = isLoopback(sip.host) ? `ws://${name}:${sipPorts.ws}/` : wssUrl
  return { host, port: sip.port, tlsPort: sipPorts.tls, wsUrl, wssUrl }
}

/** Where the facts of a data folder's demo lie. */
export function demoInfoFile(dataFolder: string): string {
  return join(dataFolder, 'demo-info.json')
}

/** Writes the facts, readable by the owner alone; the file appears whole or not at all. */
export function writeDemoInfo(dataFolder: string, info: DemoInfo): void {
  const path = demoInfoFile(dataFolder)
  writeFileSync(`${path}.new`, `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** A demo that has ended has no facts. */
export function removeDemoInfo(dataFolder: string): void {
  rmSync(demoInfoFile(dataFolder), { force: true })
}
