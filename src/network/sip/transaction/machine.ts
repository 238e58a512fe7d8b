/**
 * What the four transaction machines share (RFC 3261 §17, RFC 6026). A machine is a pure function from
 * a state and an event to the next state and outputs. Two timers are enough for each of them: `resend`
 * (A, E, G) and `deadline` (B, D, M; F, K; H, I, L; J); the state tells which letter is running.
 */

export type SipTimers = { readonly t1Ms: number; readonly t2Ms: number; readonly t4Ms: number }

/** RFC 3261 §17.1.1.1 and table 4. */
export const defaultTimers: SipTimers = { t1Ms: 500, t2Ms: 4000, t4Ms: 5000 }

export type Settings = SipTimers & {
  /** TCP and the like: nothing is sent twice, and nothing has to be absorbed afterwards. */
  readonly reliable: boolean
}

export type Output =
  /** Send the request (client) or the last response (server) once more, or for the first time. */
  | 'send'
  /** Send the ACK for a final answer above 299. */
  | 'sendAck'
  /** Pass the message to the transaction user. */
  | 'deliver'
  | 'stopResend'
  /** Nobody answered, or nobody acknowledged. */
  | 'timeout'
  | 'unreachable'
  /** The transaction is over; nothing of it is kept. */
  | 'end'
  | { readonly resendInMs: number }
  | { readonly deadlineInMs: number }

export type MachineStep<State> = { readonly state: State; readonly outputs: readonly Output[] }

const none: readonly Output[] = []

/** A step that changes nothing. */
export function stay<State>(state: State): MachineStep<State> {
  return { state, outputs: none }
}

/** 64*T1: how long a request may wait for its final answer (timers B, F, H, L, M). */
export function longWaitMs(settings: Settings): number {
  return 64 * settings.t1Ms
}
