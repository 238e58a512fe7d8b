/** Scenarios for SIPp: a phone gives one of its conversations to the other (RFC 5589 §7), or refreshes one. */

import { ack, authOf, bye, invite, OK, provisional, scenario, send, type Parties } from './sipp-scenarios.ts'

type Transferring = Parties & { readonly second: string; readonly third: string }

/** A conversation under a Call-ID of its own: SIPp takes what follows `///` for the name of the call. */
const inCall = (name: string, text: string): string =>
  text.replace('Call-ID: [call_id]', `Call-ID: ${name}///[call_id]`)
const to = (number: string, text: string): string => text.replaceAll('[service]', number)

const saved = (header: string, pattern: string, names: string): string =>
  `<ereg regexp="${pattern}" search_in="hdr" header="${header}:" check_it="true" assign_to="${names}"/>`

/** Calls, answers the challenge, and keeps what later requests in the dialog need: `to1`, `tag1`, `at1` and so on. */
function converse(parties: Parties, at: 1 | 2, number: string): readonly string[] {
  const mine = (text: string): string => to(number, inCall(`talk${at}`, text))
  const keep = [
    saved('To', '.*', `to${at}`),
    saved('To', 'tag=([^;]+)', `whole${at},tag${at}`),
    saved('Contact', '&lt;([^&gt;]+)&gt;', `contact${at},at${at}`),
  ].join('')
  return [
    send(mine(invite(parties, 1, ''))),
    '<recv response="100" optional="true"></recv>',
    '<recv response="401" auth="true"></recv>',
    send(mine(ack(parties, 1, false)), ''),
    send(mine(invite(parties, 2, authOf(parties)))),
    ...provisional,
    `<recv response="200" rrs="true"><action>${keep}</action></recv>`,
    send(mine(ack(parties, 2, true)), ''),
    '<pause milliseconds="500"/>',
  ]
}

/** A request inside the first conversation. */
function inFirst({ from, domain = '[remote_ip]' }: Parties, cseq: number, method: string, lines: string): string {
  return `${method} [$at1] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
Max-Forwards: 70
From: <sip:${from}@${domain}>;tag=[pid]t[call_number]
To:[$to1]
Call-ID: talk1///[call_id]
CSeq: ${cseq} ${method}
Contact: <sip:${from}@[local_ip]:[local_port];transport=[transport]>${lines}
Content-Length: 0
`
}

const answered = (method: string): readonly string[] => [`<recv request="${method}" crlf="true"></recv>`, send(OK, '')]
const used = (names: string): string => `<Reference variables="${names}"/>`

/** Told of once or more, then hung up. */
const toldUntilBye: readonly string[] = [
  ...answered('NOTIFY'),
  '<label id="5"/>',
  '<recv request="NOTIFY" optional="true" next="6"></recv>',
  '<recv request="BYE" next="7"></recv>',
  '<label id="6"/>',
  send(OK, 'next="5"'),
  '<label id="7"/>',
  send(OK, ''),
]

/** Blind transfer: taken, told of (100, 180 and 200 as sipfrag), and hung up. */
export function blindTransferScenario(parties: Transferring): string {
  const refer = `\nRefer-To: <sip:${parties.third}@[remote_ip]>\nReferred-By: <sip:${parties.from}@[remote_ip]>`
  return scenario('blind transfer', [
    ...converse(parties, 1, parties.second),
    send(inFirst(parties, 3, 'REFER', refer)),
    '<recv response="202"></recv>',
    ...toldUntilBye,
    used('whole1,tag1,contact1'),
  ])
}

/** Attended transfer: the second conversation is named by Replaces; both end for whoever gave them away. */
export function attendedTransferScenario(parties: Transferring): string {
  const dialog = 'talk2%2F%2F%2F[call_id]%3Bto-tag%3D[$tag2]%3Bfrom-tag%3D[pid]t[call_number]'
  const refer = `\nRefer-To: <sip:${parties.third}@[remote_ip]?Replaces=${dialog}>`
  return scenario('attended transfer', [
    ...converse(parties, 1, parties.second),
    ...converse(parties, 2, parties.third),
    send(inFirst(parties, 3, 'REFER', refer)),
    '<recv response="202"></recv>',
    ...toldUntilBye,
    ...answered('BYE'),
    used('whole1,tag1,contact1,to2,whole2,contact2,at2'),
  ])
}

/** Names a session timer, and refreshes it once by UPDATE (RFC 4028 §7.4). */
export function refreshScenario(parties: Parties & { readonly second: string }): string {
  const timer = '\nSupported: timer\nSession-Expires: 1800;refresher=uac'
  const [first = '', ...rest] = converse(parties, 1, parties.second)
  return scenario('session refresh', [
    first,
    ...rest.map((step) => step.replace('\nContent-Type: application/sdp', `${timer}\nContent-Type: application/sdp`)),
    send(inFirst(parties, 3, 'UPDATE', timer)),
    `<recv response="200"><action>${saved('Session-Expires', '[0-9]+;refresher=uac', 'agreed')}</action></recv>`,
    send(to(parties.second, inCall('talk1', bye(parties, 4)))),
    '<recv response="200"></recv>',
    used('whole1,tag1,contact1,agreed'),
  ])
}
