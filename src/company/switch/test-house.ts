/** The running switch of a test bench: all its parts in memory, and a way to kill it. */

import { createMetrics, silentLog, type RandomBytes, type VirtualClock } from '../../base/index.ts'
import type { MessageCounts } from '../../network/sip/index.ts'
import { machineHashes, type Flow, type MemoryNetwork, type SocketAddress } from '../../network/transport/index.ts'
import { createSwitch, type Switch } from './create-switch.ts'
import type { DirectoryRows } from './directory/directory.ts'
import type { KnownSources } from './edge/known-sources.ts'
import { recoverCalls } from './journal/recover-calls.ts'
import { startSettling } from './records/settle-spool.ts'
import type { ServicesPort } from './calls/execution.ts'
import type { SwitchParts } from './switch-parts.ts'
import {
  diskSubscriptions,
  diskJournal,
  diskSpool,
  mortal,
  type Disk,
  type FakeCharging,
  type FakeMedia,
} from './test-fakes.ts'
import { directoryOf } from './testing.ts'
import type { LiveCall } from './topics.ts'
import type { IdentityPort } from './trunks/signed-identity.ts'

export const HOUSE: SocketAddress = { address: '198.51.100.1', port: 5060 }
export const REALM = 'c0ffee'

export const passwordOf = (user: string): string => `secret of ${user}`

export type House = { readonly carrying: Switch; die(): Promise<void> }

type HouseParts = {
  readonly network: MemoryNetwork
  readonly disk: Disk
  readonly charging: FakeCharging
  readonly media: FakeMedia
  readonly changes: LiveCall[]
  readonly messages: Map<string, MessageCounts>
  readonly sources: KnownSources
  readonly clock: VirtualClock
  readonly random: RandomBytes
  rows(): DirectoryRows
  readonly serversMax?: number
  readonly onCarrierChanged?: () => void
  readonly session?: NonNullable<SwitchParts['session']>
  readonly identity?: IdentityPort
  readonly services?: ServicesPort
}

/** Starts a switch over what the disk holds. */
export async function startHouse(parts: HouseParts): Promise<House> {
  const { clock, network, disk, charging, media } = parts
  // A dead process hears nothing and says nothing any more.
  let isDead = false
  const spool = diskSpool(disk, clock)
  const settler = startSettling({ spool, charging, clock, log: silentLog })
  const journal = diskJournal(disk, () => isDead)
  const carried = await recoverCalls({ spool, media, journal, clock, log: silentLog })
  const host = network.host(HOUSE)
  const mute = (flow: Flow): Flow => ({ ...flow, send: (bytes) => isDead || flow.send(bytes) })
  const carrying = createSwitch({
    ...parts,
    media: mortal(media, () => isDead),
    charging: mortal(charging, () => isDead),
    transport: {
      get listening() {
        return host.listening
      },
      open: (events) =>
        host.open({
          onMessage: (bytes, flow) => isDead || events.onMessage(bytes, mute(flow)),
          onFlowClosed: (flow, reason) => isDead || events.onFlowClosed(flow, reason),
        }),
      flowTo: (protocol, remote) => mute(host.flowTo(protocol, remote)),
      close: () => host.close(),
    },
    hashes: machineHashes,
    host: HOUSE.address,
    realm: REALM,
    passwordOf: ({ sipUser }) => passwordOf(sipUser),
    carrierPasswordOf: ({ auth }) => auth && passwordOf(auth.user),
    directory: () => directoryOf(parts.rows()),
    spool,
    messagesOf: (extensionId) => parts.messages.get(extensionId) ?? { fresh: 0, old: 0 },
    journal,
    subscriptions: diskSubscriptions(disk, () => isDead),
    registrations: { onRegistered: () => {}, onUnregistered: () => {} },
    log: silentLog,
    metrics: createMetrics(),
    onCallChanged: (call) => void parts.changes.push(call),
    onClosed: () => settler.wake(),
    emergencyDrainMs: 60_000,
    callsOfOneMax: 50,
  })
  await carrying.open(carried)
  settler.wake()
  return {
    carrying,
    async die() {
      isDead = true
      spool.die()
      settler.stop()
      await host.close()
    },
  }
}
