import assert from 'node:assert/strict'
import { text as readAll } from 'node:stream/consumers'
import { test } from 'node:test'
import { SMTPServer } from 'smtp-server'
import { withTestDatabase } from '../../../test/database.ts'
import { createPasswordHasher } from '../../platform/identity/index.ts'
import { statusAtHost, withOffice } from './testing.ts'

const cheap = { cost: { memoryKib: 64, passes: 1, parallelism: 1 } }
const password = 'green horses run'

/** A mail server that keeps what it is given. */
async function catchMail() {
  const mails: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => void readAll(stream).then((raw) => (mails.push(raw), done())),
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as { port: number }
  return { mails, port, close: () => new Promise<void>((resolve) => server.close(resolve)) }
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !isSo(); tries++)
    await new Promise<void>((resolve) => void setTimeout(resolve, 10))
  assert.ok(isSo(), 'it did not happen in five seconds')
}

test('coming in', async (suite) => {
  const post = await catchMail()
  try {
    await withTestDatabase(async ({ ownerSql, openDb, url }) => {
      const db = await openDb('office')
      const mailServer = { host: '127.0.0.1', port: post.port, secure: false, user: undefined, password: undefined }
      await withOffice({ url, db, settings: { mailServer } }, async ({ ask, people, office }) => {
        const hash = await createPasswordHasher(cheap).hash(password)
        assert.ok(hash.ok)
        await ownerSql`update login set password_hash = ${hash.value}, password_at = created_at`
        const signIn = (login: string, typed: string) =>
          ask(undefined, 'POST', '/api/v1/session', { login, password: typed })

        await suite.test('the right password opens a session, and signing out ends it', async () => {
          const answer = await signIn('Customer_Admin@acme', password)
          assert.equal(answer.status, 200)
          const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0]!
          assert.match(answer.headers.get('set-cookie') ?? '', /HttpOnly; SameSite=Lax/)
          const as = { cookie, origin: office.url }
          const me = await ask(undefined, 'GET', '/api/v1/me', undefined, as)
          assert.equal(((await me.json()) as { name: string }).name, 'customer_admin@acme')
          assert.equal((await ask(undefined, 'DELETE', '/api/v1/session', undefined, as)).status, 204)
          assert.equal((await ask(undefined, 'GET', '/api/v1/me', undefined, as)).status, 401)
        })

        await suite.test('an unknown login and a wrong password get the same answer', async () => {
          const [unknown, wrong] = [await signIn('nobody@nowhere', 'x'), await signIn('customer_admin@cedar', 'x')]
          assert.deepEqual([unknown.status, wrong.status], [401, 401])
          assert.deepEqual(await unknown.json(), await wrong.json())
        })

        await suite.test('a login of one brand is unknown on the host of another', async () => {
          const { port } = new URL(office.url)
          const body = { login: 'customer_billing@acme', password }
          const at = (host: string) =>
            statusAtHost(office.url, `${host}:${port}`, { method: 'POST', path: '/api/v1/session', body })
          assert.deepEqual([await at('maple.localhost'), await at('lake.localhost')], [200, 401])
        })

        await suite.test(
          'Password Recovery answers alike, mails a link that works once, and ends every session',
          async () => {
            const recover = (login: string) => ask(undefined, 'POST', '/api/v1/recovery', { login })
            const [known, unknown] = [await recover('customer_admin@birch'), await recover('nobody@nowhere')]
            assert.deepEqual([known.status, unknown.status], [204, 204])
            await until(() => post.mails.length === 1)
            const mail = post.mails[0]!.replaceAll('=\r\n', '').replaceAll('=3D', '=')
            assert.match(mail, /Maple Telecom/)
            const token = /\/recovery\/([A-Za-z0-9_-]{43})/.exec(mail)?.[1]
            assert.ok(token, 'the mail holds a link')
            const set = () =>
              ask(undefined, 'POST', '/api/v1/recovery/complete', { token, password: 'new and quite long' })
            assert.equal((await set()).status, 204)
            const again = await set()
            assert.equal(again.status, 410)
            assert.equal((await ask(people.get('customer_admin@birch'), 'GET', '/api/v1/me')).status, 401)
            assert.equal((await signIn('customer_admin@birch', 'new and quite long')).status, 200)
            await until(() => post.mails.length === 2)
            assert.match(post.mails[1]!, /Your password was changed/)
          },
        )

        await suite.test('a flood of guesses is slowed down with the time to wait', async () => {
          const answers = await Promise.all(Array.from({ length: 30 }, () => signIn('provider_admin@nw', 'guess')))
          const slowed = answers.filter((answer) => answer.status === 429)
          assert.ok(slowed.length >= 15, `${slowed.length} of 30 were slowed`)
          for (const answer of slowed) assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/)
        })
      })
    })
  } finally {
    await post.close()
  }
})
