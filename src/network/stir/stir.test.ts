/** Who calls, signed and verified: every way to fail has its answer, and nothing but what was signed passes. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { virtualClock } from '../../base/index.ts'
import { issueCertificate } from '../../platform/certificates/index.ts'
import {
  answerOf,
  createCertificateCache,
  createSigner,
  httpsCertificates,
  readCertificates,
  verifyIdentity,
  verstatOf,
  type FetchCertificate,
} from './index.ts'

const AT = 1_764_000_000_000
const YEAR_MS = 365 * 86_400_000
const URL_OF_OURS = 'https://certificates.example/ours.pem'
const FROM = '+14165550101'
const TO = '+14165550199'

const authority = issueCertificate({ subject: 'Number authority', atMs: AT, lifeMs: YEAR_MS, isAuthority: true })
const issuer = { subject: 'Number authority', key: authority.key }
const ours = issueCertificate({ subject: 'Northwind Voice', atMs: AT, lifeMs: YEAR_MS, providerCode: '709J', issuer })
const roots = [new X509Certificate(authority.cert)]

function house({ pem = ours.cert, key = ours.key, hosts = ['certificates.example'] } = {}) {
  const clock = virtualClock(AT)
  let fetched = 0
  const fetch: FetchCertificate = () => {
    fetched += 1
    return Promise.resolve({ pem, maxAgeMs: 3_600_000 })
  }
  const certificates = createCertificateCache({ clock, fetch, allowedHosts: hosts })
  const signer = createSigner({ key: createPrivateKey(key), certificateUrl: URL_OF_OURS })
  const verify = (identities: readonly string[], { from = FROM, to = TO, at = AT } = {}) =>
    verifyIdentity({ certificates, roots }, { identities, from, to, at })
  const origin = (changes: Partial<Parameters<typeof signer.origin>[0]> = {}): string =>
    signer.origin({ attest: 'A', from: FROM, to: TO, origid: 'c1', at: AT, ...changes })!
  return { certificates, signer, verify, origin, fetchedTimes: () => fetched }
}

test('F15 what was signed is verified with its attestation, and the certificate is fetched once', async () => {
  const { verify, origin, fetchedTimes } = house()
  for (const attest of ['A', 'B', 'C'] as const) {
    const verdict = await verify([origin({ attest })])
    assert.deepEqual(verdict, { ok: true, value: { attest, origid: 'c1' } })
    assert.equal(verstatOf(verdict), attest === 'A' ? 'TN-Validation-Passed' : 'No-TN-Validation')
  }
  assert.equal(fetchedTimes(), 1)
})

test('the header is what RFC 8224 and RFC 8588 write: full form, sorted claims, ES256', () => {
  const [token = '', ...parameters] = house().origin().split(';')
  assert.deepEqual(parameters, [`info=<${URL_OF_OURS}>`, 'alg=ES256', 'ppt=shaken'])
  const [header = '', claims = ''] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString())
  assert.equal(header, `{"alg":"ES256","ppt":"shaken","typ":"passport","x5u":"${URL_OF_OURS}"}`)
  const iat = AT / 1000
  assert.equal(
    claims,
    `{"attest":"A","dest":{"tn":["14165550199"]},"iat":${iat},"orig":{"tn":"14165550101"},"origid":"c1"}`,
  )
})

test('F15 each way to fail has the answer that RFC 8224 gives it', async () => {
  const { verify, origin, signer } = house()
  const expired = issueCertificate({ subject: 'Old', atMs: AT - YEAR_MS, lifeMs: 1000, providerCode: '709J', issuer })
  const stranger = issueCertificate({ subject: 'Nobody', atMs: AT, lifeMs: YEAR_MS, providerCode: '709J' })
  const web = issueCertificate({ subject: 'Web', atMs: AT, lifeMs: YEAR_MS, issuer, names: ['certificates.example'] })
  const cases: readonly (readonly [string, number, ReturnType<typeof verify>])[] = [
    ['no identity', 428, verify([])],
    ['a kind that we do not know', 428, verify([origin().replace('ppt=shaken', 'ppt=rcd')])],
    ['a host that is not allowed', 436, house({ hosts: [] }).verify([origin()])],
    ['an expired certificate', 437, house({ pem: expired.cert, key: expired.key }).verify([origin()])],
    ['a root that nobody trusts', 437, house({ pem: stranger.cert }).verify([origin()])],
    ['a certificate for no numbers', 437, house({ pem: web.cert }).verify([origin()])],
    ['no certificate at its address', 437, house({ pem: 'nothing' }).verify([origin()])],
    ['the key of another', 438, house({ key: stranger.key }).verify([house({ key: stranger.key }).origin()])],
    ['another caller', 438, verify([origin()], { from: '+14165550102' })],
    ['another number', 438, verify([origin()], { to: '+14165550102' })],
    ['a compact form', 438, verify([origin().replace(/^[^.]*\.[^.]*/, '.')])],
    [
      'a forwarding without its origin',
      438,
      verify([signer.forwarded({ from: FROM, dialled: '+1', to: TO, at: AT })!]),
    ],
    ['of two minutes ago', 403, verify([origin({ at: AT - 120_000 })])],
    ['of tomorrow', 403, verify([origin({ at: AT + 86_400_000 })])],
  ]
  for (const [name, status, verifying] of cases) {
    const verdict = await verifying
    assert.ok(!verdict.ok, name)
    assert.equal(answerOf[verdict.failure.code].status, status, `${name}: ${verdict.failure.message}`)
  }
})

test('a forwarded call leads from the number that rings back to the caller', async () => {
  const { verify, origin, signer } = house()
  const [second, third] = ['+14165550150', '+14165550160']
  const first = origin({ to: second })
  const forward = signer.forwarded({ from: FROM, dialled: second, to: third, at: AT })!
  const again = signer.forwarded({ from: FROM, dialled: third, to: TO, at: AT })!
  assert.ok((await verify([again, first, forward])).ok)
  assert.ok(!(await verify([again, first])).ok, 'a link is missing')
  const circle = signer.forwarded({ from: FROM, dialled: TO, to: TO, at: AT })!
  assert.ok(!(await verify([circle, circle])).ok, 'a circle ends')
})

test('no changed byte of the signed text passes, and nothing makes the reader throw', async () => {
  const { verify, origin } = house()
  const signed = origin()
  const end = signed.indexOf(';')
  const dot = signed.lastIndexOf('.', end)
  const signatureOf = (text: string): Buffer => Buffer.from(text.slice(dot + 1, end), 'base64url')
  await fc.assert(
    fc.asyncProperty(fc.nat(end - 1), fc.constantFrom('A', 'z', '0', '-', '_', '.'), async (at, letter) => {
      fc.pre(signed[at] !== letter)
      const changed = `${signed.slice(0, at)}${letter}${signed.slice(at + 1)}`
      // The last letter of a signature has bits that mean nothing.
      const isSame = at > dot && signatureOf(changed).equals(signatureOf(signed))
      assert.equal((await verify([changed])).ok, isSame)
    }),
    { numRuns: 300 },
  )
  await fc.assert(fc.asyncProperty(fc.string(), async (text) => assert.ok(!(await verify([text])).ok)))
})

test('certificates are asked for at allowed https addresses only; a failure holds for a minute', async () => {
  const clock = virtualClock(AT)
  const asked: string[] = []
  const fetch: FetchCertificate = (url) => {
    asked.push(url.href)
    return Promise.reject(new Error('refused'))
  }
  const cache = createCertificateCache({ clock, fetch, allowedHosts: ['certificates.example'] })
  for (const address of [
    'http://certificates.example/a.pem',
    'https://certificates.example.evil/a.pem',
    'https://certificates.example:8443/a.pem',
    'https://user@certificates.example/a.pem',
    'https://127.0.0.1/a.pem',
    'file:///etc/passwd',
    `https://certificates.example/${'a'.repeat(400)}`,
  ]) {
    assert.ok(!(await cache.get(address)).ok, address)
  }
  assert.deepEqual(asked, [])
  await Promise.all([cache.get('https://certificates.example/a'), cache.get('https://certificates.example/a')])
  clock.advance(59_000)
  await cache.get('https://certificates.example/a')
  assert.equal(asked.length, 1)
  clock.advance(2000)
  await cache.get('https://certificates.example/a')
  assert.equal(asked.length, 2)
})

test('the fetch follows no redirect, takes 64 kB at most, and stays out of the local network', async () => {
  const tls = issueCertificate({ subject: 'Local', atMs: AT, lifeMs: 50 * YEAR_MS, names: ['127.0.0.1', 'localhost'] })
  const server = createServer({ key: tls.key, cert: tls.cert }, (request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/good' }).end()
    else if (request.url === '/large') response.end('x'.repeat(100_000))
    else response.setHeader('cache-control', 'max-age=600').end(ours.cert)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const fetch = httpsCertificates(tls.cert)
  try {
    const good = await fetch(new URL(`https://127.0.0.1:${port}/good`))
    assert.equal(good?.maxAgeMs, 600_000)
    assert.equal(readCertificates(good?.pem ?? '').length, 1)
    assert.equal(await fetch(new URL(`https://127.0.0.1:${port}/moved`)), undefined)
    assert.equal(await fetch(new URL(`https://127.0.0.1:${port}/large`)), undefined)
    assert.equal(await fetch(new URL(`https://localhost:${port}/good`)), undefined)
    assert.equal(await httpsCertificates()(new URL(`https://127.0.0.1:${port}/good`)), undefined)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => void server.close(resolve))
  }
})

test(
  'OpenSSL agrees on our certificates and signatures',
  { skip: spawnSync('openssl', ['version']).status !== 0 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'dialhouse-stir-'))
    try {
      const file = (name: string, content: string | Buffer): string => {
        writeFileSync(join(folder, name), content)
        return join(folder, name)
      }
      const [root, leaf] = [file('root.pem', authority.cert), file('leaf.pem', ours.cert)]
      const at = ['-attime', String(AT / 1000)]
      const chain = spawnSync('openssl', ['verify', ...at, '-CAfile', root, leaf], { encoding: 'utf8' })
      assert.match(chain.stdout, /leaf\.pem: OK/, chain.stderr)
      const [header, claims, signature = ''] = house().origin().split(';')[0]!.split('.')
      const raw = Buffer.from(signature, 'base64url')
      const half = (bytes: Buffer): Buffer => {
        const trimmed = bytes.subarray(bytes.findIndex((byte) => byte !== 0))
        const signed = trimmed[0]! >= 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed
        return Buffer.concat([Buffer.from([0x02, signed.length]), signed])
      }
      const both = Buffer.concat([half(raw.subarray(0, 32)), half(raw.subarray(32))])
      const der = file('signature', Buffer.concat([Buffer.from([0x30, both.length]), both]))
      const key = file('key.pem', spawnSync('openssl', ['x509', '-in', leaf, '-pubkey', '-noout']).stdout)
      const text = file('text', `${header}.${claims}`)
      const checked = spawnSync('openssl', ['dgst', '-sha256', '-verify', key, '-signature', der, text], {
        encoding: 'utf8',
      })
      assert.match(checked.stdout, /Verified OK/, checked.stderr)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
