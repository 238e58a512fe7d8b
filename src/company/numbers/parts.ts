/** What the operations of numbers need from elsewhere; the process wires it. */

import type { Clock, RandomBytes } from '../../base/index.ts'
import type { SipSecret } from './renew-password.ts'

/** A phone as the switch's registrar sees it. */
export type Binding = {
  readonly sipUser: string
  readonly protocol: string
  readonly source: string
  readonly userAgent: string
  readonly expiresAt: number
}

/** A carrier as the switch sees it. */
export type CarrierState = {
  readonly carrierId: string
  readonly state: 'up' | 'down' | 'unknown'
  readonly changedAt: number | undefined
  readonly detail: string
  readonly latencyMs: number | undefined
  readonly registration?: 'waiting' | 'registered' | 'failed' | undefined
  readonly calls: number
}

export type NumbersOperationsParts = {
  readonly clock: Clock
  readonly random: RandomBytes
  /** Registrations at this moment; undefined while the switch does not answer. */
  readonly bindings: () => Promise<readonly Binding[] | undefined>
  /** Whether carriers answer; undefined while the switch does not. */
  readonly carrierHealth: () => Promise<readonly CarrierState[] | undefined>
  /** The audio of mailboxes, and who shows that something waits there. */
  readonly messages: {
    read(messageId: string): Promise<Uint8Array | undefined>
    changed(extensionId: string): void
  }
  readonly secrets: {
    /** The master key that new passwords are derived from. */
    readonly newestKeyId: () => number
    readonly passwordOf: (secret: SipSecret) => string
    /** Our password at a carrier, as the table may hold it. */
    readonly sealForCarrier: (carrierId: string, password: string) => string
  }
}
