/**
 * Somebody else's network behind a carrier: a proxy that rings two telephones for every call (RFC 3261 §16.7), stays
 * in the path by Record-Route, and tells upstream one refusal or every 200.
 */

import type { MemoryNetwork, SocketAddress } from '../../../network/transport/index.ts'

type Fork = {
  readonly invite: string
  readonly from: SocketAddress
  /** Refusals of the telephones, by their place. */
  readonly refusals: Map<number, string>
  /** The refusal that upstream was told. */
  told: string | undefined
  isAnswered: boolean
}

const lineOf = (text: string, name: string): string => new RegExp(`^${name}: *(.*)\r$`, 'm').exec(text)?.[1] ?? ''
const branchOf = (text: string): string => /branch=([^;,\s]+)/.exec(lineOf(text, 'Via'))?.[1] ?? ''
const withoutFirst = (text: string, name: string): string => text.replace(new RegExp(`^${name}:.*\r\n`, 'm'), '')
const afterFirstLine = (text: string, line: string): string => text.replace('\r\n', `\r\n${line}\r\n`)

function placeOf(text: string): SocketAddress {
  const [, address = '', port = '5060'] = /(?:UDP |sip:(?:[^@\s>;]*@)?)([\d.]+)(?::(\d+))?/.exec(text) ?? []
  return { address, port: Number(port) }
}

/** Puts the proxy on the network, in front of `telephones`. */
export async function openForkingProxy(
  network: MemoryNetwork,
  address: SocketAddress,
  telephones: readonly SocketAddress[],
): Promise<void> {
  const own = `${address.address}:${address.port}`
  const forks = new Map<string, Fork>()
  const transport = network.host(address)
  const send = (text: string, to: SocketAddress): void => transport.flowTo('udp', to).send(Buffer.from(text, 'latin1'))
  const viaOf = (branch: string, at: number): string => `Via: SIP/2.0/UDP ${own};branch=${branch}-${at}`

  /** A request of this hop alone, about an INVITE that a telephone got: CANCEL, or the ACK of a refusal. */
  const about = (branch: string, at: number, method: 'CANCEL' | 'ACK', to = ''): void => {
    const { invite } = forks.get(branch)!
    const cseq = lineOf(invite, 'CSeq').split(' ', 1)[0]
    const lines = [
      `${method} ${invite.split(' ', 2)[1]} SIP/2.0`,
      viaOf(branch, at),
      `From: ${lineOf(invite, 'From')}`,
      `To: ${to === '' ? lineOf(invite, 'To') : to}`,
      `Call-ID: ${lineOf(invite, 'Call-ID')}`,
      `CSeq: ${cseq} ${method}`,
      'Max-Forwards: 70',
      'Content-Length: 0',
    ]
    send(`${lines.join('\r\n')}\r\n\r\n`, telephones[at]!)
  }
  const cancelOthers = (branch: string, fork: Fork, but?: number): void => {
    for (const at of telephones.keys()) if (at !== but && !fork.refusals.has(at)) about(branch, at, 'CANCEL')
  }

  const onNewRequest = (text: string, from: SocketAddress): void => {
    const branch = branchOf(text)
    const fork = forks.get(branch)
    if (text.startsWith('INVITE ')) {
      if (!fork) forks.set(branch, { invite: text, from, refusals: new Map(), told: undefined, isAnswered: false })
      const kept = afterFirstLine(text, `Record-Route: <sip:${own};lr>`)
      for (const [at, to] of telephones.entries()) send(afterFirstLine(kept, viaOf(branch, at)), to)
    } else if (fork && text.startsWith('CANCEL ')) {
      const said = text.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line))
      send(['SIP/2.0 200 OK', ...said, 'Content-Length: 0', '', ''].join('\r\n'), from)
      cancelOthers(branch, fork)
    } else if (fork && text.startsWith('ACK ')) {
      for (const [at, refusal] of fork.refusals) about(branch, at, 'ACK', lineOf(refusal, 'To'))
    }
  }

  const onResponse = (text: string): void => {
    const [, branch = '', place = ''] = /^(.*)-(\d+)$/.exec(branchOf(text)) ?? []
    const [fork, at, status] = [forks.get(branch), Number(place), Number(text.slice(8, 11))]
    const up = withoutFirst(text, 'Via')
    if (!lineOf(text, 'CSeq').endsWith('INVITE') || !fork) {
      return lineOf(text, 'CSeq').endsWith('CANCEL') ? undefined : send(up, placeOf(lineOf(up, 'Via')))
    }
    if (status === 100) return
    if (status < 300) {
      if (status >= 200 && !fork.isAnswered) {
        fork.isAnswered = true
        cancelOthers(branch, fork, at)
      }
      return send(up, fork.from)
    }
    fork.refusals.set(at, text)
    const isLast = !fork.isAnswered && fork.refusals.size === telephones.length
    if (isLast && (fork.told === undefined || fork.told === up)) {
      fork.told = up
      return send(up, fork.from)
    }
    about(branch, at, 'ACK', lineOf(text, 'To'))
  }

  await transport.open({
    onMessage(bytes, flow) {
      const text = bytes.toString('latin1')
      if (text.startsWith('SIP/2.0 ')) return onResponse(text)
      if (lineOf(text, 'Route') === '') return onNewRequest(text, flow.remote)
      // Inside a dialog it only passes things on, each repetition as the same transaction.
      const passed = afterFirstLine(withoutFirst(text, 'Route'), viaOf(branchOf(text), 9))
      send(passed, placeOf(text.slice(0, text.indexOf('\r\n'))))
    },
    onFlowClosed() {},
  })
}
