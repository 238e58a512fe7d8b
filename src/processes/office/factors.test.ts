import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { withTestDatabase } from '../../../test/database.ts'
import { createPasswordHasher, findLoginById, openSession } from '../../platform/identity/index.ts'
import { codeOfStep, stepOf } from '../../platform/identity/testing.ts'
import { withOffice, type Person } from './testing.ts'

const password = 'a long password of nine words'

/** A device that makes passkeys, as a browser hands its answers on. */
function device(origin: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(32)
  let count = 0
  const head = (flags: number): Buffer => {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(++count)
    const rpId = createHash('sha256').update(new URL(origin).hostname).digest()
    return Buffer.concat([rpId, Buffer.from([flags]), counter])
  }
  const clientData = (type: string, challenge: string): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  const text = (bytes: Buffer): string => bytes.toString('base64url')
  return {
    make(challenge: string, flags = 0x45) {
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, 32]), id])
      return {
        credentialId: text(id),
        clientDataJson: text(clientData('webauthn.create', challenge)),
        authenticatorData: text(Buffer.concat([head(flags), attested])),
        publicKey: text(publicKey.export({ format: 'der', type: 'spki' })),
        algorithm: -7,
        label: 'My key',
      }
    },
    use(challenge: string, flags = 0x05) {
      const data = head(flags)
      const client = clientData('webauthn.get', challenge)
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()])
      return {
        credentialId: text(id),
        clientDataJson: text(client),
        authenticatorData: text(data),
        signature: text(sign('sha256', signed, privateKey)),
      }
    },
  }
}

test('ways in', async (suite) => {
  await withTestDatabase(async ({ ownerSql, openDb, url }) => {
    const db = await openDb('office')
    await withOffice({ url, db }, async ({ office, ask, people, tree, clock }) => {
      const acme = people.get('customer_admin@acme')!
      const json = async <T>(answer: Response): Promise<T> => (await answer.json()) as T
      const challenge = async () =>
        (await json<{ challenge: string }>(await ask(undefined, 'POST', '/api/v1/passkeys/challenge'))).challenge
      const codeOf = async (answer: Response) => (await json<{ code: string }>(answer)).code

      await suite.test('F40 a passkey is made by who is signed in, and opens the door once a challenge', async () => {
        const phone = device(office.url)
        const add = (body: unknown) => ask(acme, 'POST', '/api/v1/me/passkeys', body)
        assert.equal((await add(phone.make('never-given'))).status, 422)
        assert.equal((await add(phone.make(await challenge(), 0x41))).status, 422, 'the person was not asked')
        assert.equal((await add(device('https://evil.example').make(await challenge()))).status, 422)
        assert.equal((await add(phone.make(await challenge()))).status, 200)
        const enter = (body: unknown) => ask(undefined, 'POST', '/api/v1/session/passkey', body)
        const given = await challenge()
        const used = phone.use(given)
        const entered = await enter(used)
        assert.equal(entered.status, 200)
        assert.ok(entered.headers.getSetCookie()[0]?.includes('HttpOnly'))
        assert.equal((await enter(used)).status, 401, 'an answer is good once')
        assert.equal((await enter(phone.use(await challenge(), 0x01))).status, 401)
        const strange = { ...phone.use(await challenge()), signature: 'AAAA' }
        assert.equal((await enter(strange)).status, 401)
        const [row] = await ownerSql<{ id: string }[]>`select id from passkey`
        assert.equal(
          (await ask(people.get('customer_billing@acme'), 'DELETE', `/api/v1/me/passkeys/${row!.id}`)).status,
          422,
        )
        assert.equal((await ask(acme, 'DELETE', `/api/v1/me/passkeys/${row!.id}`)).status, 204)
        assert.equal((await enter(phone.use(await challenge()))).status, 401)
      })

      await suite.test('one-time codes: asked for after the password, good once, codes on paper too', async () => {
        const hash = await createPasswordHasher().hash(password)
        assert.ok(hash.ok)
        await ownerSql`update login set password_hash = ${hash.value} where login = ${acme.login}`
        const { secret } = await json<{ secret: string }>(await ask(acme, 'POST', '/api/v1/me/codes'))
        const code = (ahead: number) => codeOfStep(bytesOfBase32(secret), stepOf(clock.now()) + ahead)
        const confirm = (typed: string) => ask(acme, 'POST', '/api/v1/me/codes/confirm', { code: typed })
        assert.equal((await confirm('000000')).status, 422)
        const { paper } = await json<{ paper: string[] }>(await confirm(code(-1)))
        assert.equal(paper.length, 8)
        const half = async () => {
          const answer = await ask(undefined, 'POST', '/api/v1/session', { login: acme.login, password })
          assert.equal(answer.status, 401)
          const { code: name, details } = await json<{ code: string; details: { step: string } }>(answer)
          assert.equal(name, 'identity.code_needed')
          assert.deepEqual(answer.headers.getSetCookie(), [])
          return details.step
        }
        const finish = (step: string, typed: string) =>
          ask(undefined, 'POST', '/api/v1/session/code', { step, code: typed })
        const step = await half()
        assert.equal(await codeOf(await finish(step, code(-1))), 'identity.wrong_login', 'used already')
        assert.equal((await finish(step, code(0))).status, 200)
        assert.equal((await finish(step, code(1))).status, 401, 'the step is used up')
        assert.equal((await finish(await half(), paper[0]!)).status, 200)
        assert.equal((await finish(await half(), paper[0]!)).status, 401)
        const [stored] = await ownerSql<{ text: string }[]>`select one_time_code::text as text from one_time_code`
        assert.ok(!stored!.text.includes(paper[1]!))
        assert.equal((await ask(acme, 'DELETE', '/api/v1/me/codes')).status, 204)
      })

      await suite.test(
        'an invitation is one mail with a link that works once; a locked login is out at once',
        async () => {
          const email = 'new.person@acme.example'
          const invite = (body: object, who: Person = acme) => ask(who, 'POST', '/api/v1/logins', body)
          const body = { name: 'New Person', email, role: 'customer_billing' }
          const invited = await invite(body)
          assert.equal(invited.status, 200)
          const { id } = await json<{ id: string }>(invited)
          assert.equal((await invite(body)).status, 409)
          assert.equal((await invite({ ...body, email: 'x@acme.example', role: 'provider_admin' })).status, 422)
          const above = { ...body, email: 'y@maple.example', role: 'partner_admin', tenantId: tree.maple.tenantId }
          assert.equal((await invite(above)).status, 404)
          const mails = () => ownerSql<{ text: string; subject: string }[]>`
          select text_body as text, subject from mail_message where to_address = ${email}`
          for (let tries = 0; tries < 200 && (await mails()).length === 0; tries++) await pause(25)
          const [mail, ...others] = await mails()
          assert.equal(others.length, 0)
          assert.ok(mail?.text.includes(email), 'the login stands in it')
          const token = /\/recovery\/([A-Za-z0-9_-]{43})/.exec(mail?.text ?? '')?.[1]
          const set = () => ask(undefined, 'POST', '/api/v1/recovery/complete', { token, password })
          assert.equal((await set()).status, 204)
          assert.equal((await set()).status, 410)
          const signIn = () => ask(undefined, 'POST', '/api/v1/session', { login: email, password })
          const entered = await signIn()
          assert.equal(entered.status, 200)
          const cookie = entered.headers.getSetCookie()[0]!.split(';')[0]!
          const me = () => ask(undefined, 'GET', '/api/v1/me', undefined, { cookie })
          assert.equal((await me()).status, 200)
          assert.equal((await ask(acme, 'PATCH', `/api/v1/logins/${id}`, { status: 'locked' })).status, 200)
          assert.equal((await me()).status, 401)
          assert.equal((await signIn()).status, 401)
          assert.equal(
            (await ask(people.get('customer_billing@acme'), 'PATCH', `/api/v1/logins/${id}`, {})).status,
            403,
          )
        },
      )

      await suite.test('who looks through another’s eyes stands in both books, and comes back to himself', async () => {
        const [target] = await ownerSql<{ id: string }[]>`select id from login where login = ${acme.login}`
        const [staff] = await ownerSql<{ id: string }[]>`select id from login where login = 'provider_admin@nw'`
        const session = await db.asService(async (tx) =>
          openSession(tx, clock, (await findLoginById(tx, staff!.id))!, { source: '127.0.0.1', userAgent: 'test' }),
        )
        const admin: Person = { ...people.get('provider_admin@nw')!, token: session.token }
        const look = (who: Person, id: string) => ask(who, 'POST', `/api/v1/logins/${id}/look`, { reason: 'ticket 7' })
        assert.equal((await look(people.get('partner_admin@lake')!, target!.id)).status, 404)
        assert.equal((await look(admin, staff!.id)).status, 404)
        const looked = await look(admin, target!.id)
        assert.equal(looked.status, 204)
        const cookie = looked.headers.getSetCookie()[0]!.split(';')[0]!
        const as = (method: string, path: string, body?: unknown) =>
          ask(undefined, method, path, body, { cookie, origin: office.url })
        const me = await json<{ role: string; isLookedThrough: boolean; permissions: string[] }>(
          await as('GET', '/api/v1/me'),
        )
        assert.equal(me.role, 'customer_admin')
        assert.ok(me.isLookedThrough && !me.permissions.includes('api_keys.write'))
        assert.equal((await as('POST', '/api/v1/me/codes')).status, 422)
        assert.equal((await as('POST', '/api/v1/people', { name: 'Seen', email: 'seen@acme.example' })).status, 200)
        const books = await ownerSql<{ path: string; actor: string }[]>`
          select tenant.path, actor_id as actor from audit_entry join tenant on tenant.id = audit_entry.tenant_id
          where action = 'createPerson' and on_behalf_of = ${target!.id} order by tenant.path`
        assert.deepEqual(
          books.map((one) => [one.path, one.actor]),
          [
            ['nw/', staff!.id],
            ['nw/maple/acme/', staff!.id],
          ],
        )
        const back = await as('DELETE', '/api/v1/look')
        assert.equal(back.status, 204)
        const own = back.headers.getSetCookie()[0]!.split(';')[0]!
        const again = await ask(undefined, 'GET', '/api/v1/me', undefined, { cookie: own })
        assert.equal((await json<{ role: string }>(again)).role, 'provider_admin')
        assert.equal((await as('GET', '/api/v1/me')).status, 401)
      })
    })
  })
})

function bytesOfBase32(text: string): Buffer {
  const bits = text
    .split('')
    .map((one) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(one).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
