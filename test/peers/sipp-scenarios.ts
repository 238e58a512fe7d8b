/** Scenarios for SIPp: what a caller, a callee and a registering phone do, with or without a password. */

const VIA = 'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]'
const sdpAt = (port: string): string => `v=0
o=sipp 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [${port}] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000`
const SDP = sdpAt('media_port')

export type Parties = {
  readonly from: string
  readonly password?: string
  /** Takes the caller and its credentials from a line of `accountField` instead. */
  readonly isFromFields?: boolean
  readonly domain?: string
}

/** The line that answers a challenge. */
export function authOf({ from, password, isFromFields }: Parties): string {
  if (isFromFields) return '\n[field1]'
  return password === undefined ? '' : `\n[authentication username=${from} password=${password}]`
}

/** A message to be sent, repeated until it is answered. */
export function send(text: string, attributes = 'retrans="500"'): string {
  return `<send ${attributes}><![CDATA[\n${text}\n]]></send>`
}

/** A whole scenario. */
export function scenario(name: string, steps: readonly string[]): string {
  return `<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="${name}">\n${steps.join('\n')}\n</scenario>\n`
}

/** An INVITE of `[service]`. */
export function invite(parties: Parties, cseq: number, moreLines: string, sdp = SDP): string {
  const domain = parties.domain ?? '[remote_ip]'
  return `INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
${VIA};rport
Max-Forwards: 70
From: <sip:${parties.from}@${domain}>;tag=[pid]t[call_number]
To: <sip:[service]@${domain}>
Call-ID: [call_id]
CSeq: ${cseq} INVITE
Contact: <sip:${parties.from}@[local_ip]:[local_port];transport=[transport]>${moreLines}
Content-Type: application/sdp
Content-Length: [len]

${sdp}`
}

/** Its ACK. */
export function ack(parties: Parties, cseq: number, isFor2xx: boolean): string {
  const domain = parties.domain ?? '[remote_ip]'
  const target = isFor2xx ? '[next_url]' : 'sip:[service]@[remote_ip]:[remote_port]'
  const via = isFor2xx ? VIA : '[last_Via:]'
  return `ACK ${target} SIP/2.0
${via}
Max-Forwards: 70
From: <sip:${parties.from}@${domain}>;tag=[pid]t[call_number]
To: <sip:[service]@${domain}>[peer_tag_param]
Call-ID: [call_id]
CSeq: ${cseq} ACK
Content-Length: 0
`
}

/** What may come before an answer. */
export const provisional = ['100', '180', '183'].map((status) => `<recv response="${status}" optional="true"></recv>`)

/** Its BYE. */
export function bye(parties: Parties, cseq: number): string {
  const domain = parties.domain ?? '[remote_ip]'
  return `BYE [next_url] SIP/2.0
${VIA};rport
Max-Forwards: 70
From: <sip:${parties.from}@${domain}>;tag=[pid]t[call_number]
To: <sip:[service]@${domain}>[peer_tag_param]
Call-ID: [call_id]
CSeq: ${cseq} BYE
Content-Length: 0
`
}

/** Calls `[service]`, is answered, waits, and hangs up. With a password it answers one 401. */
export function callScenario(
  parties: Parties & { readonly holdMs: number; readonly ulawFile?: string; readonly holds?: boolean },
): string {
  const challenged = parties.password !== undefined || parties.isFromFields
  // What speaks has a port of its own, and speaks from it.
  const sdp = parties.ulawFile === undefined ? SDP : sdpAt('rtpstream_audio_port')
  const cseq = challenged ? 2 : 1
  const challenge = challenged
    ? ['<recv response="100" optional="true"></recv>', '<recv response="401" auth="true"></recv>']
    : []
  const speak = `<nop><action><exec rtp_stream="${parties.ulawFile},-1,0,PCMU/8000"/></action></nop>`
  return scenario('call', [
    ...(challenged ? [send(invite(parties, 1, '', sdp)), ...challenge, send(ack(parties, 1, false), '')] : []),
    send(invite(parties, cseq, authOf(parties), sdp)),
    ...provisional,
    '<recv response="200" rrs="true" rtd="true"></recv>',
    send(ack(parties, cseq, true), ''),
    ...(parties.ulawFile === undefined ? [] : [speak]),
    `<pause milliseconds="${parties.holdMs}"/>`,
    ...(parties.holds ? holdCall(parties, cseq + 1) : []),
    send(bye(parties, cseq + 2)),
    '<recv response="200"></recv>',
  ])
}

/** The caller holds the call by a re-INVITE. */
function holdCall(parties: Parties, cseq: number): readonly string[] {
  const first = invite(parties, cseq, '')
  const inside = first
    .replace('INVITE sip:[service]@[remote_ip]:[remote_port]', 'INVITE [next_url]')
    .replace(/^To: .*$/m, '$&[peer_tag_param]')
    .replace('o=sipp 1 1', 'o=sipp 1 2')
    .replace('a=rtpmap:0', 'a=sendonly\na=rtpmap:0')
  return [
    send(inside),
    '<recv response="100" optional="true"></recv>',
    '<recv response="200"></recv>',
    send(ack(parties, cseq, true), ''),
    '<pause milliseconds="300"/>',
  ]
}

/** Calls `[service]` and expects this final answer instead of 200. */
export function refusedScenario(parties: Parties & { readonly status: number }): string {
  return scenario('refused', [
    send(invite(parties, 1, '')),
    ...provisional,
    `<recv response="${parties.status}"></recv>`,
    send(ack(parties, 1, false), ''),
  ])
}

function register(cseq: number, expiresSeconds: number, auth: string): string {
  return `REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
${VIA};rport
Max-Forwards: 70
From: <sip:[field0]@[remote_ip]>;tag=[pid]r[call_number]
To: <sip:[field0]@[remote_ip]>
Call-ID: [call_id]
CSeq: ${cseq} REGISTER
Contact: <sip:[field0]@[local_ip]:[local_port];transport=[transport]>
Expires: ${expiresSeconds}${auth}
Content-Length: 0
`
}

/** A line of `fields` for `registerScenario`: SIPp reads credentials only when they stand there whole. */
export function accountField(user: string, password: string): string {
  return `${user};[authentication username=${user} password=${password}]`
}

/** Registers the user of each line of the fields once. */
export function registerScenario(options: { readonly expiresSeconds: number }): string {
  return scenario('register', [
    send(register(1, options.expiresSeconds, '')),
    '<recv response="100" optional="true"></recv>',
    '<recv response="401" auth="true"></recv>',
    send(register(2, options.expiresSeconds, '\n[field1]')),
    '<recv response="100" optional="true"></recv>',
    '<recv response="200"></recv>',
  ])
}

const REPLY = `[last_Via:]
[last_From:]
[last_To:];tag=[pid]a[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>`

/** Rings, answers, takes every new offer, and waits for the other side to hang up. */
export function patientScenario(options: { readonly ringMs: number }): string {
  const described = `Content-Type: application/sdp\nContent-Length: [len]\n\n${SDP}`
  return scenario('patient', [
    '<recv request="INVITE" crlf="true"></recv>',
    send(`SIP/2.0 180 Ringing\n${REPLY}\nContent-Length: 0\n`, ''),
    `<pause milliseconds="${options.ringMs}"/>`,
    send(`SIP/2.0 200 OK\n${REPLY}\n${described}`),
    '<recv request="ACK" crlf="true"></recv>',
    '<label id="1"/>',
    '<recv request="INVITE" optional="true" next="2"></recv>',
    '<recv request="BYE" next="3"></recv>',
    '<label id="2"/>',
    send(`SIP/2.0 200 OK\n${REPLY.replace(/;tag=.*/, '')}\n${described}`),
    '<recv request="ACK" next="1"></recv>',
    '<label id="3"/>',
    send(OK, ''),
  ])
}

/** Rings, answers, and waits for the caller to hang up. */
export function answerScenario(options: { readonly ringMs: number }): string {
  return scenario('answer', [
    '<recv request="INVITE" crlf="true"></recv>',
    send(`SIP/2.0 180 Ringing\n${REPLY}\nContent-Length: 0\n`, ''),
    `<pause milliseconds="${options.ringMs}"/>`,
    send(`SIP/2.0 200 OK\n${REPLY}\nContent-Type: application/sdp\nContent-Length: [len]\n\n${SDP}`),
    '<recv request="ACK" crlf="true"></recv>',
    '<recv request="BYE"></recv>',
    send(
      'SIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n',
      '',
    ),
  ])
}

/** Refuses every call with this status. */
export function refuseScenario({ status }: { readonly status: number }): string {
  return scenario('refuse', [
    '<recv request="INVITE" crlf="true"></recv>',
    send(`SIP/2.0 ${status} No\n${REPLY}\nContent-Length: 0\n`),
    '<recv request="ACK" crlf="true"></recv>',
  ])
}

function prack(parties: Parties, cseq: number, inviteCseq: number): string {
  const domain = parties.domain ?? '[remote_ip]'
  return `PRACK [next_url] SIP/2.0
${VIA};rport
Max-Forwards: 70
From: <sip:${parties.from}@${domain}>;tag=[pid]t[call_number]
To: <sip:[service]@${domain}>[peer_tag_param]
Call-ID: [call_id]
CSeq: ${cseq} PRACK
RAck: [$rseq] ${inviteCseq} INVITE
Content-Length: 0
`
}

/** Keeps a header's value (or the part of it that fits) as a variable; the call fails when it is not there. */
function keep(name: string, variable: string, pattern = '.*'): string {
  return `<ereg regexp="${pattern}" search_in="hdr" header="${name}:" check_it="true" assign_to="${variable}"/>`
}

/** Calls as `callScenario` with a password does, requires 100rel, and gets a reliable 180 (RFC 3262). */
export function reliableCallScenario(parties: Parties & { readonly holdMs: number }): string {
  const requires = '\nRequire: 100rel'
  return scenario('reliable call', [
    send(invite(parties, 1, requires)),
    '<recv response="100" optional="true"></recv>',
    '<recv response="401" auth="true"></recv>',
    send(ack(parties, 1, false), ''),
    send(invite(parties, 2, requires + authOf(parties))),
    '<recv response="100" optional="true"></recv>',
    `<recv response="180" rrs="true"><action>${keep('RSeq', 'rseq', '[0-9]+')}</action></recv>`,
    send(prack(parties, 3, 2)),
    '<recv response="200"></recv>',
    '<recv response="200" rrs="true"></recv>',
    send(ack(parties, 2, true), ''),
    `<pause milliseconds="${parties.holdMs}"/>`,
    send(bye(parties, 4)),
    '<recv response="200"></recv>',
  ])
}

/** The plain answer to a request. */
export const OK =
  'SIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n'

/** Answers in a reliable 183, wants its PRACK, and sends a 200 without SDP. */
export function reliableAnswerScenario(): string {
  const reliable = `${REPLY}\nRequire: 100rel\nRSeq: 4711\nContent-Type: application/sdp\nContent-Length: [len]`
  const contact = 'Contact: <sip:[local_ip]:[local_port];transport=[transport]>'
  const isOurs = '<ereg regexp="4711 1 INVITE" search_in="hdr" header="RAck:" check_it="true" assign_to="rack"/>'
  return scenario('reliable answer', [
    `<recv request="INVITE" crlf="true"><action>${keep('Via', 'via')}</action></recv>`,
    send(`SIP/2.0 183 Session Progress\n${reliable}\n\n${SDP}`, ''),
    `<recv request="PRACK" crlf="true"><action>${isOurs}</action></recv>`,
    send(OK, ''),
    '<pause milliseconds="100"/>',
    send(
      'SIP/2.0 200 OK\nVia:[$via]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n' +
        `CSeq: 1 INVITE\n${contact}\nContent-Length: 0\n`,
    ),
    '<recv request="ACK" crlf="true"></recv>',
    '<recv request="BYE"></recv>',
    send(OK, ''),
    '<Reference variables="rack"/>',
  ])
}
