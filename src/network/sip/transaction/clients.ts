/** The table of client transactions (RFC 3261 §17.1): feeds the machines, performs what they ask for. */

import type { Timer } from '../../../base/index.ts'
import type { Flow } from '../../transport/index.ts'
import type { SipMessage } from '../message/message.ts'
import type { TimerWheel } from '../timer-wheel.ts'
import { clientInviteStart, stepClientInvite, type ClientEvent, type ClientInviteState } from './client-invite.ts'
import { clientRequestStart, stepClientRequest, type ClientRequestState } from './client-request.ts'
import { clientKey } from './keys.ts'
import type { Output, Settings, SipTimers } from './machine.ts'

/** What a client transaction tells its user. */
export type ClientUser = {
  onResponse(response: SipMessage, flow: Flow): void
  /** Timer B or F: nobody answered (408), or the network refused (503). */
  onFailure(kind: 'timeout' | 'unreachable'): void
  /** The ACK for a final answer above 299; only for INVITE. */
  ackFor?(response: SipMessage): Buffer
}

export type ClientRequest = {
  readonly method: string
  readonly branch: string
  readonly flow: Flow
  readonly bytes: Buffer
  readonly user: ClientUser
}

type Client = {
  readonly request: ClientRequest
  readonly settings: Settings
  state: ClientInviteState | ClientRequestState
  ack: Buffer | undefined
  resend: Timer | undefined
  deadline: Timer | undefined
}

export type TableOptions = {
  readonly wheel: TimerWheel
  readonly timers: SipTimers
  send(flow: Flow, bytes: Buffer): void
}

export type ClientTransactions = {
  start(request: ClientRequest): void
  /** Nobody wants an INVITE's answer any more: what is still open after `delayMs` is given up. */
  expire(branch: string, delayMs: number): void
  /** Hands a response to its client; false when nobody waits for it. */
  onResponse(response: SipMessage, flow: Flow): boolean
  /** A connection is gone: what waits for an answer on it fails (RFC 3261 §17.1.4). */
  onFlowClosed(flow: Flow): void
  size(): number
  close(): void
}

/** Starts with an empty table. */
export function createClientTransactions(options: TableOptions): ClientTransactions {
  const clients = new Map<string, Client>()
  const feed = (client: Client, event: ClientEvent, response?: SipMessage, flow?: Flow): void => {
    const outputs = advance(client, event)
    for (const output of outputs) {
      perform(client, output, options, (timerEvent) => feed(client, timerEvent), response, flow)
      if (output === 'end') clients.delete(clientKey(client.request.branch, client.request.method))
    }
  }
  return {
    start(request) {
      const state = request.method === 'INVITE' ? clientInviteStart : clientRequestStart
      const settings = { ...options.timers, reliable: request.flow.protocol !== 'udp' }
      const client: Client = { request, settings, state, ack: undefined, resend: undefined, deadline: undefined }
      clients.set(clientKey(request.branch, request.method), client)
      feed(client, { kind: 'start' })
    },
    expire(branch, delayMs) {
      const client = clients.get(clientKey(branch, 'INVITE'))
      const { phase } = client?.state ?? {}
      if (!client || (phase !== 'calling' && phase !== 'proceeding')) return
      client.deadline?.stop()
      client.deadline = options.wheel.after(delayMs, () => feed(client, { kind: 'deadline' }))
    },
    onResponse(response, flow) {
      const client = clients.get(clientKey(response.via?.branch ?? '', response.cseq?.method ?? ''))
      if (client) feed(client, { kind: 'response', status: response.status }, response, flow)
      return client !== undefined
    },
    onFlowClosed(flow) {
      for (const client of clients.values()) {
        if (client.request.flow.id === flow.id) feed(client, { kind: 'transportError' })
      }
    },
    size: () => clients.size,
    close() {
      for (const client of clients.values()) stopTimers(client)
      clients.clear()
    },
  }
}

/** Moves the machine and returns its outputs. */
function advance(client: Client, event: ClientEvent): readonly Output[] {
  const step =
    client.request.method === 'INVITE'
      ? stepClientInvite(client.state as ClientInviteState, event, client.settings)
      : stepClientRequest(client.state as ClientRequestState, event, client.settings)
  client.state = step.state
  return step.outputs
}

function perform(
  client: Client,
  output: Output,
  options: TableOptions,
  again: (event: ClientEvent) => void,
  response?: SipMessage,
  flow?: Flow,
): void {
  const { request } = client
  if (typeof output === 'object') {
    if ('resendInMs' in output) {
      client.resend = options.wheel.after(output.resendInMs, () => again({ kind: 'resend' }))
      return
    }
    client.deadline?.stop()
    if (output.deadlineInMs !== Infinity) {
      client.deadline = options.wheel.after(output.deadlineInMs, () => again({ kind: 'deadline' }))
    }
    return
  }
  switch (output) {
    case 'send':
      return options.send(request.flow, request.bytes)
    case 'sendAck':
      if (response) client.ack ??= request.user.ackFor?.(response)
      if (client.ack) options.send(request.flow, client.ack)
      return
    case 'deliver':
      return request.user.onResponse(response!, flow!)
    case 'stopResend':
      return client.resend?.stop()
    case 'end':
      return stopTimers(client)
    default:
      return request.user.onFailure(output)
  }
}

function stopTimers(client: Client): void {
  client.resend?.stop()
  client.deadline?.stop()
}
