/** The pages as a browser without a script sees them: a real office, its database, the built portal. */

import assert from 'node:assert/strict'
import { get } from 'node:http'
import { test } from 'node:test'
import { buildPortal } from '../../../commands/build-portal.ts'
import { issueRecoveryLink, issueSignInLink } from '../../../platform/identity/index.ts'
import { withTestDatabase } from '../../../../test/database.ts'
import { withOffice, type TestOffice } from '../testing.ts'
import { safeNext } from './sign-in-pages.ts'

const html = { accept: 'text/html' }

type Form = Readonly<Record<string, string>>

function post(bench: TestOffice, path: string, form: Form, headers: Form = {}): Promise<Response> {
  return fetch(`${bench.office.url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { ...html, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(form).toString(),
  })
}

/** The sign-in page as the host of a brand shows it. */
function signInOn(bench: TestOffice, host: string): Promise<string> {
  const { port } = new URL(bench.office.url)
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path: '/sign-in', headers: { ...html, host: `${host}:${port}` } })
    request.on('error', reject)
    request.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => resolve(text))
    })
  })
}

/** What every page of one kind has in common: everything but its nonce. */
const withoutNonce = (text: string): string => text.replaceAll(/nonce="[^"]*"/g, '')

test('only a path of ours is gone on to', () => {
  assert.equal(safeNext('/billing/transactions?from=2026-10-01'), '/billing/transactions?from=2026-10-01')
  for (const next of ['//evil.example', '/\\evil.example', 'https://evil.example', 'x', '', null, '/a b', '/a\\b']) {
    assert.equal(safeNext(next), '/')
  }
})

test('pages', async (suite) => {
  const built = await buildPortal()
  assert.ok(built.ok, built.ok ? '' : built.failure.message)
  await withTestDatabase(async ({ openDb, url }) => {
    const db = await openDb('office')
    await withOffice({ url, db, settings: { isDemo: true } }, async (bench) => {
      const { ask, people, clock } = bench
      const admin = people.get('customer_admin@acme')!
      const password = 'correct horse battery staple'

      await suite.test('whoever is not signed in is asked to, and comes back to where he wanted', async () => {
        const answer = await ask(
          undefined,
          'GET',
          '/billing/transactions?from=2026-10-01&to=2026-11-01',
          undefined,
          html,
        )
        assert.equal(answer.status, 303)
        const where = '/sign-in?next=%2Fbilling%2Ftransactions%3Ffrom%3D2026-10-01%26to%3D2026-11-01'
        assert.equal(answer.headers.get('location'), where)
        const form = await (await ask(undefined, 'GET', where, undefined, html)).text()
        assert.match(form, /name="next" value="\/billing\/transactions\?from=2026-10-01&amp;to=2026-11-01"/)
        assert.match(form, /Northwind Voice/)
        assert.match(form, />Password Recovery</)
        assert.equal(form.match(/<script nonce=/g)?.length, 1, 'the one of the passkey button')
      })

      await suite.test('R29 R30 a recovery link sets a password, once, and ends every session', async () => {
        const token = await db.asService(async (tx) => {
          const link = await issueRecoveryLink(tx, clock, { login: admin.login, source: '127.0.0.1' })
          return link!.token
        })
        const form = await (await ask(undefined, 'GET', `/recovery/${token}`, undefined, html)).text()
        assert.match(form, /Choose a new password/)
        const weak = await post(bench, `/recovery/${token}`, { password: 'short' })
        assert.equal(weak.status, 422)
        assert.match(await weak.text(), /role="alert"/)
        const done = await post(bench, `/recovery/${token}`, { password })
        assert.equal(done.status, 200)
        assert.match(await done.text(), /Your password is set/)
        assert.equal((await ask(admin, 'GET', '/api/v1/me')).status, 401)
        assert.equal((await post(bench, `/recovery/${token}`, { password })).status, 410)
        assert.equal((await ask(undefined, 'GET', `/recovery/${token}`, undefined, html)).status, 410)
      })

      await suite.test('R29 asking for recovery is answered alike for known and unknown logins', async () => {
        const [known, unknown] = await Promise.all(
          [admin.login, 'nobody@nowhere.example'].map(async (login) => post(bench, '/recovery', { login })),
        )
        assert.equal(known!.status, 200)
        assert.equal(unknown!.status, 200)
        assert.equal(withoutNonce(await known!.text()), withoutNonce(await unknown!.text()))
      })

      await suite.test(
        'a wrong password and an unknown login are refused alike, and nothing typed is run',
        async () => {
          const login = '"><script>alert(1)</script>'
          const [wrong, unknown] = await Promise.all([
            post(bench, '/sign-in', { login: admin.login, password: 'x', next: '/' }),
            post(bench, '/sign-in', { login, password: 'x', next: '//evil.example' }),
          ])
          assert.equal(wrong.status, 401)
          assert.equal(unknown.status, 401)
          const text = await unknown.text()
          assert.match(text, /The login or the password is wrong/)
          assert.doesNotMatch(text, /<script>|evil/)
        },
      )

      await suite.test('R26 each brand has its own host, name and colour', async () => {
        const pages = await Promise.all(['nw', 'maple', 'lake'].map((slug) => signInOn(bench, `${slug}.localhost`)))
        const names = ['Northwind Voice', 'Maple Telecom', 'Lakeshore IT']
        for (const [at, page] of pages.entries())
          assert.match(page, new RegExp(`<title>Sign in – ${names[at]}</title>`))
        assert.equal((await signInOn(bench, 'evil.example')).includes('<form'), false)
      })

      await suite.test('the right password signs in and leads on', async () => {
        const answer = await post(bench, '/sign-in', { login: admin.login, password, next: '/account/sessions' })
        assert.equal(answer.status, 303)
        assert.equal(answer.headers.get('location'), '/account/sessions')
        assert.match(answer.headers.get('set-cookie') ?? '', /HttpOnly; SameSite=Lax/)
      })

      await suite.test('a form that another site sends is refused', async () => {
        const answer = await post(
          bench,
          '/sign-in',
          { login: admin.login, password, next: '/' },
          { 'sec-fetch-site': 'cross-site' },
        )
        assert.equal(answer.status, 403)
        assert.equal(answer.headers.get('set-cookie'), null)
      })

      await suite.test('a one-time link of the demo signs in, once', async () => {
        const token = await issueSignInLink({ db, clock }, people.get('provider_admin@nw')!.login)
        const first = await ask(undefined, 'GET', `/sign-in/link/${token}`, undefined, html)
        assert.equal(first.status, 303)
        assert.match(first.headers.get('set-cookie') ?? '', /^session-/)
        const second = await ask(undefined, 'GET', `/sign-in/link/${token}`, undefined, html)
        assert.equal(second.status, 410)
        assert.equal(second.headers.get('set-cookie'), null)
      })

      await suite.test('a first view has its markup and its data, and no data can leave its element', async () => {
        const staff = people.get('provider_admin@nw')!
        const page = await ask(staff, 'GET', '/customers?x=</script><b>', undefined, html)
        assert.equal(page.status, 200)
        const text = await page.text()
        assert.match(text, /<main[^>]*>.*Customers/)
        assert.match(text, /acme/)
        assert.equal(text.split('</script>').length, 3, 'the script and the data, nothing else')
        const data = /id="first-view">(.*?)<\/script>/.exec(text)![1]!
        assert.ok(Object.keys((JSON.parse(data) as { answers: object }).answers).length > 0)
      })

      await suite.test('a page that a role does not include does not exist for it', async () => {
        const user = people.get('ada@acme')!
        assert.equal((await ask(user, 'GET', '/operations/system', undefined, html)).status, 404)
        assert.equal((await ask(user, 'GET', '/dashboard', undefined, html)).status, 200)
        assert.equal((await ask(user, 'GET', '/', undefined, html)).headers.get('location'), '/dashboard')
        assert.equal((await ask(undefined, 'GET', '/no/such/page', undefined, html)).status, 404)
        assert.equal((await ask(undefined, 'GET', '/api/v1/no-such', undefined, html)).status, 404)
      })

      await suite.test('assets are kept for ever, and were compressed before', async () => {
        const staff = people.get('provider_admin@nw')!
        const text = await (await ask(staff, 'GET', '/operations/system', undefined, html)).text()
        const script = /src="(\/assets\/[^"]+\.js)"/.exec(text)![1]!
        const asset = await ask(undefined, 'GET', script, undefined, { 'accept-encoding': 'br' })
        assert.equal(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable')
        assert.equal(asset.headers.get('content-encoding'), 'br')
        assert.match(await asset.text(), /createElement|jsx/)
        assert.equal((await ask(undefined, 'GET', '/assets/..%2fmanifest.json')).status, 404)
      })
    })
  })
})

test('an installation that serves has no sign-in links', async () => {
  await withTestDatabase(async ({ openDb, url }) => {
    const db = await openDb('office')
    await withOffice({ url, db }, async ({ ask, people, clock }) => {
      const token = await issueSignInLink({ db, clock }, people.get('provider_admin@nw')!.login)
      const answer = await ask(undefined, 'GET', `/sign-in/link/${token}`, undefined, html)
      assert.equal(answer.status, 404)
      assert.equal(answer.headers.get('set-cookie'), null)
    })
  })
})
