/**
 * The table of server transactions (RFC 3261 §17.2). Repetitions are answered from here, most of them
 * before they are parsed. The table is bounded: when it is full, new requests get no state.
 */

import type { Timer } from '../../../base/index.ts'
import type { Flow } from '../../transport/index.ts'
import type { SipMessage } from '../message/message.ts'
import type { TableOptions } from './clients.ts'
import { mergeKey, quickServerKey, serverKey } from './keys.ts'
import type { Output, Settings } from './machine.ts'
import { serverInviteStart, stepServerInvite, type ServerEvent, type ServerInviteState } from './server-invite.ts'
import { serverRequestStart, stepServerRequest, type ServerRequestState } from './server-request.ts'

export type ServerTransaction = {
  readonly request: SipMessage
  /** Where the request came from. */
  readonly sourceFlow: Flow
  /** Where answers go. */
  readonly replyFlow: Flow
  /** Sends an answer and remembers it for repetitions. */
  respond(status: number, bytes: Buffer): void
  /** Whether a final answer was given. */
  isAnswered(): boolean
  /** Whether any answer was given. */
  hasSpoken(): boolean
  /** Called when nobody acknowledged a final answer above 299, or the network refused it. */
  onFailure: ((kind: 'timeout' | 'unreachable') => void) | undefined
  /** Called when a CANCEL comes for an INVITE without a final answer. */
  onCancel: (() => void) | undefined
}

type Server = ServerTransaction & {
  readonly key: string
  readonly mergeKey: string | undefined
  readonly settings: Settings
  state: ServerInviteState | ServerRequestState
  last: Buffer | undefined
  resend: Timer | undefined
  deadline: Timer | undefined
}

export type ServerTransactions = {
  /** Makes the state of a new request; undefined when the table is full, which it is later for urgent ones. */
  start(request: SipMessage, replyFlow: Flow, sourceFlow: Flow, isUrgent?: boolean): ServerTransaction | undefined
  /** The transaction that a CANCEL means (RFC 3261 §9.2): its own key with the method INVITE. */
  find(request: SipMessage, method: string): ServerTransaction | undefined
  /** Handles a repetition or an ACK by its raw text; false when it has to be parsed. */
  absorb(text: string, flow: Flow): boolean
  /** The same for a parsed request. */
  repeat(request: SipMessage): boolean
  /** Whether the same request came by another path before (RFC 3261 §8.2.2.2). */
  isMerged(request: SipMessage): boolean
  onFlowClosed(flow: Flow): void
  size(): number
  close(): void
}

/** Places beyond the bound that only urgent requests may take. */
const URGENT_ROOM = 1000

type Tables = {
  readonly servers: Map<string, Server>
  readonly merges: Map<string, string>
  readonly options: TableOptions
}

/** Starts with an empty table that holds at most `serversMax` transactions. */
export function createServerTransactions(options: TableOptions & { readonly serversMax: number }): ServerTransactions {
  const tables: Tables = { servers: new Map(), merges: new Map(), options }
  const { servers, merges } = tables
  return {
    start: (request, replyFlow, sourceFlow, isUrgent = false) =>
      servers.size < options.serversMax + (isUrgent ? URGENT_ROOM : 0)
        ? startServer(tables, request, replyFlow, sourceFlow)
        : undefined,
    find: (request, method) => servers.get(serverKey(request, method)),
    absorb(text, flow) {
      const key = quickServerKey(text)
      const server = key === undefined ? undefined : servers.get(key)
      // A repetition from elsewhere is parsed: its answer has to find the new address.
      if (!server || server.sourceFlow.id !== flow.id) return false
      return touch(tables, server, text.slice(0, text.indexOf(' ')))
    },
    repeat(request) {
      const server = servers.get(serverKey(request))
      return server ? touch(tables, server, request.method) : false
    },
    isMerged(request) {
      if (request.to?.tag !== undefined) return false
      const key = merges.get(mergeKey(request))
      return key !== undefined && key !== serverKey(request)
    },
    onFlowClosed(flow) {
      for (const server of servers.values()) {
        if (server.replyFlow.id === flow.id) feed(tables, server, { kind: 'transportError' })
      }
    },
    size: () => servers.size,
    close() {
      for (const server of servers.values()) stopTimers(server)
      servers.clear()
      merges.clear()
    },
  }
}

function startServer(tables: Tables, request: SipMessage, replyFlow: Flow, sourceFlow: Flow): ServerTransaction {
  const isAnswered = (): boolean => server.state.phase !== 'proceeding' && server.state.phase !== 'trying'
  const server: Server = {
    request,
    sourceFlow,
    replyFlow,
    key: serverKey(request),
    mergeKey: request.to?.tag === undefined ? mergeKey(request) : undefined,
    settings: { ...tables.options.timers, reliable: replyFlow.protocol !== 'udp' },
    state: request.method === 'INVITE' ? serverInviteStart : serverRequestStart,
    last: undefined,
    resend: undefined,
    deadline: undefined,
    onFailure: undefined,
    onCancel: undefined,
    isAnswered,
    hasSpoken: () => server.last !== undefined,
    respond(status, bytes) {
      if (isAnswered() && !(status < 300 && server.state.phase === 'accepted')) return
      server.last = bytes
      feed(tables, server, { kind: 'respond', status })
    },
  }
  tables.servers.set(server.key, server)
  if (server.mergeKey !== undefined) tables.merges.set(server.mergeKey, server.key)
  return server
}

/** True when the message is dealt with. The ACK of a 2xx is none of ours even if it bears our branch. */
function touch(tables: Tables, server: Server, method: string): boolean {
  if (method === 'ACK' && server.state.phase === 'accepted') return false
  feed(tables, server, { kind: method === 'ACK' ? 'ack' : 'repeat' })
  return true
}

function feed(tables: Tables, server: Server, event: ServerEvent): void {
  const step =
    server.request.method === 'INVITE'
      ? stepServerInvite(server.state as ServerInviteState, event, server.settings)
      : stepServerRequest(server.state as ServerRequestState, event, server.settings)
  server.state = step.state
  for (const output of step.outputs) perform(tables, server, output)
}

function perform(tables: Tables, server: Server, output: Output): void {
  const { wheel, send } = tables.options
  if (typeof output === 'object') {
    if ('resendInMs' in output) {
      server.resend = wheel.after(output.resendInMs, () => feed(tables, server, { kind: 'resend' }))
      return
    }
    server.deadline?.stop()
    server.deadline = wheel.after(output.deadlineInMs, () => feed(tables, server, { kind: 'deadline' }))
    return
  }
  switch (output) {
    case 'send':
      if (server.last) send(server.replyFlow, server.last)
      return
    case 'stopResend':
      return server.resend?.stop()
    case 'end':
      return remove(tables, server)
    case 'timeout':
    case 'unreachable':
      return server.onFailure?.(output)
    default:
  }
}

function remove({ servers, merges }: Tables, server: Server): void {
  stopTimers(server)
  servers.delete(server.key)
  if (server.mergeKey !== undefined && merges.get(server.mergeKey) === server.key) merges.delete(server.mergeKey)
}

function stopTimers(server: Server): void {
  server.resend?.stop()
  server.deadline?.stop()
}
