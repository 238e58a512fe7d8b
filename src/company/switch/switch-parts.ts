/** What a switch is made of: its network, its money, its media, its memory. */

import type { Clock, Log, Metrics, RandomBytes } from '../../base/index.ts'
import type { MediaBackend } from '../../network/media/index.ts'
import type { Hashes, MessageCounts, RegistrarEvents } from '../../network/sip/index.ts'
import type { Flow, Locator, Transport } from '../../network/transport/index.ts'
import type { IdentityPort } from './trunks/signed-identity.ts'
import type { ServicesPort } from './calls/execution.ts'
import type { ChargingPort } from './records/charging-port.ts'
import type { Carrier, Directory, SipAccount } from './directory/directory.ts'
import type { Journal } from './journal/journal.ts'
import type { SubscriptionBook } from './journal/subscriptions.ts'
import type { KnownSources } from './edge/known-sources.ts'
import type { OverloadSettings } from './edge/overload.ts'
import type { Spool } from './records/spool.ts'
import type { CarrierHealth, EmergencyCall, LiveCall } from './topics.ts'

export type SwitchTrace = {
  /** A message as it came or as it is sent; its bytes are not ours to keep. */
  message(direction: 'in' | 'out', bytes: Buffer, flow: Flow): void
  /** A leg of a call began; without a tenant it is the provider's own. */
  beginLeg(callId: string, sipCallId: string, tenantId: string | undefined): void
  endCall(callId: string): void
}

export type SwitchParts = {
  readonly transport: Transport
  /** Looks up carriers that have a name; without one only those with an address are reached. */
  readonly locator?: Locator
  readonly hashes: Hashes
  /** Our address as peers reach it. */
  readonly host: string
  /** The same for peers of IPv4, where `host` is of IPv6. */
  readonly otherHost?: string | undefined
  readonly realm: string
  /** Password of a phone or trunk; undefined when its key is not there. */
  passwordOf(account: SipAccount): string | undefined
  /** Our password at a carrier; undefined when it has none, or its key is not there. */
  carrierPasswordOf?(carrier: Carrier): string | undefined
  directory(): Directory
  readonly media: MediaBackend
  readonly charging: ChargingPort
  readonly spool: Spool
  readonly journal: Journal
  /** Subscriptions over a restart; without one they end with the process. */
  readonly subscriptions?: SubscriptionBook
  readonly sources: KnownSources
  readonly registrations: RegistrarEvents
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly random: RandomBytes
  /** Emergency calls may hold up an ordered end this long; then they are ended too. */
  readonly emergencyDrainMs: number
  /** Most requests in progress at once; beyond it only emergencies are taken. */
  readonly serversMax?: number
  /** Larger INVITEs over UDP go by TCP where the peer takes it; the stack's own limit when absent, 0 for none. */
  readonly datagramMax?: number
  /** Interval of session timers; the stack's own when absent. */
  readonly session?: { readonly seconds: number; readonly minSeconds: number }
  /** Most calls that one customer makes and takes at once, paid or not; emergencies do not count. */
  readonly callsOfOneMax: number
  /** Signs who calls, and judges what carriers signed. */
  readonly identity?: IdentityPort
  /** When new calls are refused; by default at 95 % of the time or 100 ms of delay. */
  readonly overload?: OverloadSettings
  /** Share of the time that the process worked since it was asked last, 0-1. */
  busy?(): number
  /** Messages that wait in the mailbox of an extension; none anywhere when absent. */
  messagesOf?(extensionId: string): MessageCounts
  /** Keeps messages and knows what is stored; without one services say that nothing is there. */
  readonly services?: ServicesPort
  onCallChanged(call: LiveCall): void
  /** Somebody dialled 911. */
  onEmergency?(call: EmergencyCall): void
  /** A carrier began or ceased to answer. Carriers are pinged only when somebody wants to know. */
  onCarrierChanged?(health: CarrierHealth): void
  /** Keeps the messages, and which call they belong to. */
  readonly trace?: SwitchTrace
  /** There are new finished calls in the spool. */
  onClosed(): void
}
