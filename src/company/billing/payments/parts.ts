/** What payments need from elsewhere; the process wires it. */

import type { Clock, Failure, Log, Micros, RandomBytes, Result } from '../../../base/index.ts'
import type { Db, Tx } from '../../../platform/db/index.ts'
import type { SecretBox } from '../../tenant/index.ts'
import type { PostingRequest } from '../../ledger/index.ts'
import type { CardGateway } from './cards/gateway.ts'

type Posted = Result<{ readonly balanceMicros: Micros }, Failure>

export type PaymentParts = {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly random: RandomBytes
  readonly secretBox: SecretBox
  /** Posts to the ledger: money that came in, and money that went back. Asked twice under one id, done once. */
  readonly ledger: {
    pay(request: PostingRequest): Promise<Posted>
    giveBack(request: PostingRequest): Promise<Posted>
  }
  /** A seller's account at a card processor. */
  readonly gatewayOf: (sellerId: string) => Promise<CardGateway | undefined>
  /** Address of a page on the brand's host of a tenant. */
  readonly portalUrl: (tenantPath: string, path: string) => string
}

/** Runs with the sight of the whole house: for what nobody is signed in for, as jobs and messages of processors. */
export async function inHouse<T>({ db }: Pick<PaymentParts, 'db'>, act: (tx: Tx) => Promise<T>): Promise<T> {
  const [provider] = await db.asService((tx) => tx<{ path: string }[]>`select path from tenant where kind = 'provider'`)
  return db.as({ tenantPath: provider?.path ?? 'none/' }, act)
}
