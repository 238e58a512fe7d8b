/** Digest: who knows the password gets in, once for every count, and nobody learns who exists. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { seededRandom, virtualClock } from '../../base/index.ts'
import { flowId, machineHashes, type Flow } from '../transport/index.ts'
import { answerChallenge } from './digest/answer-challenge.ts'
import { parseDigestFields } from './digest/digest-fields.ts'
import { createDigestServer, type Verdict } from './digest/digest-server.ts'
import type { DigestAlgorithm } from './digest/hashes.ts'
import { parseMessage } from './message/parse.ts'
import type { SipMessage } from './message/message.ts'

const REALM = 'home.invalid'
const passwords = new Map([
  ['201', 'cherry'],
  ['202', 'walnut'],
  ['józef', 'żółw'],
])
const { hash } = machineHashes

function flowFrom(address: string): Flow {
  const local = { address: '192.0.2.2', port: 5060 }
  const remote = { address, port: 5060 }
  return { id: flowId('udp', local, remote), protocol: 'udp', local, remote, send() {} }
}

function message(first: string, lines: string): SipMessage {
  const text =
    `${first}\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\nFrom: <sip:201@home>;tag=1\r\nTo: <sip:201@home>\r\n` +
    `Call-ID: c\r\nCSeq: 1 REGISTER\r\n${lines}Content-Length: 0\r\n\r\n`
  const parsed = parseMessage(Buffer.from(text, 'latin1'))
  assert.ok(parsed.ok)
  return parsed.value
}

function bench() {
  const clock = virtualClock(1_800_000_000_000)
  const asked: DigestAlgorithm[] = []
  const server = createDigestServer({
    realm: REALM,
    clock,
    hashes: machineHashes,
    random: seededRandom(4),
    nonceLifeMs: 60_000,
    ha1(user, realm, algorithm) {
      asked.push(algorithm)
      const password = passwords.get(user)
      return password && hash(algorithm, Buffer.from(`${user}:${realm}:${password}`).toString('latin1'))
    },
  })
  const register = (lines = '', from = '192.0.2.1', agent = 'User-Agent: Phone/1\r\n'): Verdict =>
    server.authenticate(message('REGISTER sip:home SIP/2.0', agent + lines), flowFrom(from))
  const challenges = (verdict: Verdict): string[] => {
    assert.ok(!verdict.ok && verdict.reply)
    assert.equal(verdict.reply.status, 401)
    return (verdict.reply.headers ?? []).map(([name, value]) => `${name}: ${value}\r\n`)
  }
  /** What a client makes of the challenges. */
  const answerTo = (lines: readonly string[], user = '201', password = passwords.get(user) ?? 'x'): string => {
    const response = message('SIP/2.0 401 Unauthorized', lines.join(''))
    const client = { hashes: machineHashes, token: () => 'c0ffee00c0ffee00' }
    const credentials = { user, password, realm: REALM }
    return answerChallenge(client, response, { method: 'REGISTER', uri: 'sip:home', credentials }) ?? ''
  }
  return { clock, server, register, challenges, answerTo, asked }
}

const reasonOf = (verdict: Verdict): string => (verdict.ok ? 'trusted' : verdict.reason)

/** An answer by hand, for what our own client would not do. */
function proof(
  challenge: string,
  options: { nc?: string; qop?: string; algorithm?: DigestAlgorithm; password?: string },
) {
  const { nc = '00000001', qop = 'auth', algorithm = 'MD5', password = 'cherry' } = options
  const nonce = /nonce="([^"]+)"/.exec(challenge)![1]!
  const ha1 = hash(algorithm, `201:${REALM}:${password}`)
  const ha2 = hash(algorithm, 'REGISTER:sip:home')
  const middle = qop === '' ? nonce : `${nonce}:${nc}:abc:${qop}`
  const counted = qop === '' ? '' : `, qop=${qop}, nc=${nc}, cnonce="abc"`
  const response = hash(algorithm, `${ha1}:${middle}:${ha2}`)
  const head = `Authorization: Digest username="201", realm="${REALM}", nonce="${nonce}", uri="sip:home"`
  return `${head}, algorithm=${algorithm}, response="${response}"${counted}\r\n`
}

describe('digest', () => {
  test('both algorithms are offered, SHA-256 first, and either lets the user in', () => {
    const { register, challenges, answerTo } = bench()
    const lines = challenges(register())
    assert.deepEqual(
      lines.map((line) => /algorithm=([\w-]+)/.exec(line)?.[1]),
      ['SHA-256', 'MD5'],
    )
    for (const [from, algorithm] of [
      [0, 'SHA-256'],
      [1, 'MD5'],
    ] as const) {
      const verdict = register(answerTo(challenges(register()).slice(from)))
      assert.ok(verdict.ok && verdict.user === '201' && verdict.algorithm === algorithm)
    }
  })

  test('clients that fail over an algorithm they do not know are offered what they know', () => {
    const { register, challenges } = bench()
    const algorithms = (agent: string): (string | undefined)[] =>
      challenges(register('', '192.0.2.1', agent)).map((line) => /algorithm=([\w-]+)/.exec(line)?.[1])
    assert.deepEqual(algorithms('User-Agent: baresip v1.0.0 (x86_64/linux)\r\n'), ['MD5'])
    assert.deepEqual(algorithms(''), ['MD5', 'SHA-256'])
  })

  test('names and passwords outside ASCII work', () => {
    const { register, challenges, answerTo } = bench()
    const verdict = register(answerTo(challenges(register()), 'józef'))
    assert.ok(verdict.ok && verdict.user === 'józef')
  })

  test('an unknown user and a wrong password look the same, and cost the same hashes', () => {
    const { register, challenges, answerTo, asked } = bench()
    const lines = challenges(register())
    const unknown = register(answerTo(lines, '999', 'x'))
    const wrong = register(answerTo(lines, '201', 'x'))
    assert.deepEqual([reasonOf(unknown), reasonOf(wrong)], ['unknown_user', 'wrong_password'])
    const shape = (verdict: Verdict): string[] =>
      challenges(verdict).map((line) => line.replace(/nonce="[^"]+"/, 'nonce'))
    assert.deepEqual(shape(unknown), shape(wrong))
    assert.deepEqual(shape(unknown), shape(register()), 'as if nothing had been said')
    assert.deepEqual(asked, ['SHA-256', 'SHA-256'])
  })

  test('no answer counts twice: same count, older count, other user, no count at all', () => {
    const { register, challenges } = bench()
    const [challenge = ''] = challenges(register())
    const use = (options: Parameters<typeof proof>[1]): string => reasonOf(register(proof(challenge, options)))
    assert.equal(use({}), 'trusted')
    assert.equal(use({}), 'replay')
    assert.equal(use({ nc: '00000005' }), 'trusted')
    assert.equal(use({ nc: '00000003' }), 'trusted', 'overtaken on the way')
    assert.equal(use({ nc: '00000003' }), 'replay')
    assert.equal(use({ nc: '00000100' }), 'trusted')
    assert.equal(use({ nc: '00000004' }), 'replay')
    const [other = ''] = challenges(register())
    assert.equal(reasonOf(register(proof(other, { qop: '' }))), 'trusted')
    assert.equal(reasonOf(register(proof(other, { qop: '' }))), 'replay')
  })

  test('an old nonce is stale, one of another address or of nobody is foreign; both may be tried again', () => {
    const { register, challenges, clock } = bench()
    const [challenge = ''] = challenges(register())
    const elsewhere = register(proof(challenge, {}), '192.0.2.77')
    assert.equal(reasonOf(elsewhere), 'foreign_nonce')
    const invented = register(proof(challenge.replace(/nonce="../, 'nonce="00'), {}))
    assert.equal(reasonOf(invented), 'foreign_nonce')
    clock.advance(61_000)
    const late = register(proof(challenge, {}))
    assert.equal(reasonOf(late), 'stale')
    for (const verdict of [elsewhere, invented, late]) assert.match(challenges(verdict)[0]!, /stale=true/)
    assert.doesNotMatch(challenges(register(proof(challenge, { password: 'x' })))[0]!, /stale/)
  })

  test('other schemes, other realms and broken credentials are like none', () => {
    const { register } = bench()
    const lines = [
      'Authorization: Basic MjAxOmNoZXJyeQ==\r\n',
      'Authorization: Digest username="201", realm="elsewhere", nonce="x", uri="y", response="z"\r\n',
      `Authorization: Digest username="201", realm="${REALM}"\r\n`,
      `Authorization: Digest realm="${REALM}", username="201", username="202"\r\n`,
    ]
    for (const line of lines) assert.ok(['no_credentials', 'malformed'].includes(reasonOf(register(line))))
  })

  test('a client shows its password to its own realm only, and does not answer what it cannot', () => {
    const { answerTo } = bench()
    const challenge = (fields: string): string[] => [`WWW-Authenticate: Digest ${fields}\r\n`]
    assert.equal(answerTo(challenge('realm="elsewhere", nonce="1", qop="auth"')), '')
    assert.equal(answerTo(challenge(`realm="${REALM}", nonce="1", algorithm=SHA-512`)), '')
    assert.equal(answerTo(challenge(`realm="${REALM}", nonce="1", qop="auth-int"`)), '')
    assert.equal(answerTo(challenge(`realm="${REALM}"`)), '')
    assert.match(answerTo(challenge(`realm="${REALM}", nonce="1"`)), /algorithm=MD5, response="[0-9a-f]{32}"\r\n$/)
  })

  test('reading credentials never throws', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[a-z]{1,8}=("[ -~]{0,12}"|[a-z0-9]{1,8}),? ?$/))
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), (parts) => {
        const fields = parseDigestFields(`Digest ${parts.join(', ')}`)
        assert.ok(!fields || fields.size <= 32)
      }),
    )
  })

  test('what is remembered is bounded by time', () => {
    const { register, challenges, server, clock } = bench()
    for (let count = 0; count < 50; count++) register(proof(challenges(register())[0]!, {}))
    assert.equal(server.size(), 50)
    clock.advance(200_000)
    register(proof(challenges(register())[0]!, {}))
    assert.ok(server.size() <= 2, `${server.size()} nonces`)
  })
})
