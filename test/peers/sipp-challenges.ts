/** Scenarios for SIPp as a carrier that wants a password for everything that is asked of it. */

const REPLY = `[last_Via:]
[last_From:]
[last_To:];tag=[pid]c[call_number]
[last_Call-ID:]
[last_CSeq:]`
const PLAIN = REPLY.replace(';tag=[pid]c[call_number]', '')
const CONTACT = 'Contact: <sip:[local_ip]:[local_port];transport=[transport]>'
const SDP = `v=0
o=sipp 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000`

type Account = { readonly user: string; readonly password: string }

const send = (text: string, more = ''): string => `<send ${more}><![CDATA[\n${text}\n]]></send>`
const receive = (method: string, inside = ''): string => `<recv request="${method}" crlf="true">${inside}</recv>`

/** One question of a method: refused with a challenge, then taken when the proof is right, else refused for good. */
function challenged(method: string, account: Account, label: number, reply: string): readonly string[] {
  const isInvite = method === 'INVITE'
  const { user, password } = account
  const challenge = `WWW-Authenticate: Digest realm="carrier", nonce="n${label}", algorithm=MD5`
  const proof = `<action><verifyauth assign_to="right" username="${user}" password="${password}"/></action>`
  return [
    receive(method),
    send(`SIP/2.0 401 Who\n${reply}\n${challenge}\nContent-Length: 0\n`, isInvite ? 'retrans="500"' : ''),
    ...(isInvite ? [receive('ACK')] : []),
    receive(method, proof),
    `<nop test="right" next="${label}"></nop>`,
    send(`SIP/2.0 403 No\n${reply}\nContent-Length: 0\n`),
    `<label id="${label}"/>`,
  ]
}

function scenario(steps: readonly string[]): string {
  return `<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="challenge">\n${steps.join('\n')}\n</scenario>\n`
}

/** Takes a call, a re-INVITE and a BYE, each only with a proof. */
export function challengingCallScenario(account: Account): string {
  const answer = `SIP/2.0 200 OK\n${REPLY}\n${CONTACT}\nContent-Type: application/sdp\nContent-Length: [len]\n\n${SDP}`
  const again = answer.replace(REPLY, PLAIN)
  return scenario([
    ...challenged('INVITE', account, 1, REPLY),
    send(answer, 'retrans="500"'),
    receive('ACK'),
    ...challenged('INVITE', account, 2, PLAIN),
    send(again, 'retrans="500"'),
    receive('ACK'),
    ...challenged('BYE', account, 3, PLAIN),
    send(`SIP/2.0 200 OK\n${PLAIN}\nContent-Length: 0\n`),
  ])
}

/** Registers whoever proves himself, for a minute, and asks that his calls pass a proxy (RFC 3608). */
export function challengingRegisterScenario(account: Account, proxy: string): string {
  const bound = `[last_Contact:];expires=60\nService-Route: <${proxy}>`
  return scenario([
    ...challenged('REGISTER', account, 1, REPLY),
    send(`SIP/2.0 200 OK\n${REPLY}\n${bound}\nContent-Length: 0\n`),
  ])
}

/** Answers OPTIONS only with a proof. */
export function challengingOptionsScenario(account: Account): string {
  return scenario([...challenged('OPTIONS', account, 1, REPLY), send(`SIP/2.0 200 OK\n${REPLY}\nContent-Length: 0\n`)])
}
