/** What the load generator of `bench sip` is told, and what it measured. */

/** Calls begin `ratePerSecond` apart from each other, whether or not former ones succeeded: an open loop. */
export type CallLoad = {
  readonly kind: 'calls'
  readonly target: { readonly host: string; readonly port: number }
  /** Callers, in turn; without a password the request is taken as it is. */
  readonly callers: readonly { readonly user: string; readonly password?: string }[]
  /** Where the far end listens. */
  readonly calleePort: number
  readonly ratePerSecond: number
  readonly seconds: number
  /** From the answer to the caller's BYE. */
  readonly holdMs: number
  readonly ringMs: number
  /** Begin of the dialled numbers; the call's number follows in seven digits. */
  readonly prefix: string
  /** One call in so many dials 911 instead; 0 for none. */
  readonly emergencyEvery: number
  /** Of a thousand datagrams, how many are dropped in each direction. */
  readonly lossPerMille: number
}

export type RegisterLoad = {
  readonly kind: 'registrations'
  readonly target: { readonly host: string; readonly port: number }
  readonly users: readonly { readonly user: string; readonly password: string }[]
  readonly ratePerSecond: number
  readonly seconds: number
}

export type Load = CallLoad | RegisterLoad

export type Quantiles = { readonly p50: number; readonly p99: number; readonly max: number }

export type LoadResult = {
  readonly begun: number
  /** From INVITE to the answered BYE (or answered REGISTER). */
  readonly completed: number
  readonly failed: number
  /** Why, with how often. */
  readonly failures: Readonly<Record<string, number>>
  readonly emergencies: { readonly begun: number; readonly completed: number }
  /** BYEs of answered calls that were never answered. */
  readonly lostByes: number
  readonly retransmissions: number
  /** From the caller's INVITE with its password to the INVITE at the far end. */
  readonly setupMs: Quantiles
  /** How late the generator itself was; above 10 ms its figures mean nothing. */
  readonly latenessMs: Quantiles
  readonly seconds: number
}

/** Quantiles of what was observed; zeros when there was nothing. */
export function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = values.toSorted((first, second) => first - second)
  const at = (share: number): number => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
    return Math.round(value * 100) / 100
  }
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}
