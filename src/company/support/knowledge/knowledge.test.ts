import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase } from '../../../../test/database.ts'
import { systemClock } from '../../../base/index.ts'
import { plantTree } from '../../tenant/testing.ts'
import { setUpSupport } from '../sla/set-up.ts'
import { articleBody, branded } from './article.ts'
import { firstArticles } from './first-articles.ts'
import { readArticle, searchArticles, type Reader } from './search-articles.ts'
import { setUpKnowledge } from './set-up.ts'
import { castVote, helpfulness } from './vote.ts'
import { publishVersion, writeVersion } from './write-article.ts'

const anonymous: Reader = { tenantPath: 'nw/', audiences: ['public'], locale: 'en' }

test('R140 every article that is shipped has all of its blocks', () => {
  assert.ok(firstArticles.length >= 12)
  for (const { body } of firstArticles) assert.ok(articleBody.safeParse(body).success)
})

test('the knowledge base', async (suite) => {
  await withTestDatabase(async ({ openDb }) => {
    const clock = systemClock()
    const db = await openDb('office')
    const tree = await plantTree(db, clock)
    const { tenantId } = tree.provider
    await db.asService(async (tx) => {
      await setUpSupport(tx, clock, { tenantId, zone: 'America/Toronto', currency: 'USD', emergencyNumber: '' })
      await setUpKnowledge(tx, clock, tenantId)
      await setUpKnowledge(tx, clock, tenantId)
    })
    const find = async (query: string, reader: Partial<Reader> = {}) =>
      (await db.asService((tx) => searchArticles(tx, clock, { ...anonymous, ...reader }, query))).map(
        ({ slug }) => slug,
      )
    const ada = { id: undefined, tenantId, name: 'Ada' }
    const body = (introduction: string) => ({ ...firstArticles[0]!.body, introduction })
    const publish = (slug: string, locale: 'en' | 'fr', title: string, introduction: string) =>
      db.as({ tenantPath: 'nw/' }, async (tx) => {
        const head = { slug, category: 'Tests', department: 'Tests', audience: 'public' as const }
        const number = await writeVersion(tx, clock, ada, { ...head, locale, title, body: body(introduction) })
        return publishVersion(tx, clock, ada, { slug, locale, number })
      })

    await suite.test('words, phrases with exclusions, mistyped words, and French without its accents', async () => {
      assert.equal((await find('jitter'))[0], 'network-readiness')
      assert.equal((await find('updat paymnt card'))[0], 'payment-card')
      assert.equal((await find('"packet loss" -invoice'))[0], 'network-readiness')
      await publish('depannage', 'en', 'Echo', 'A voice that comes back')
      await publish('depannage', 'fr', 'Écho et réverbération', 'Une voix qui revient à l’écouteur')
      assert.equal((await find('reverberation', { locale: 'fr' }))[0], 'depannage')
      assert.deepEqual(await find('xyzzyplugh'), [])
      const misses = await db.asService((tx) => tx`select query from kb_miss`)
      assert.equal(misses.length, 1)
    })

    await suite.test('R141 what is not for a reader is not found, listed or read', async () => {
      assert.ok(!(await find('')).includes('escalations'))
      assert.ok(!(await find('after-hours line')).includes('escalations'))
      assert.equal(await db.asService((tx) => readArticle(tx, anonymous, 'escalations')), undefined)
      const partner: Partial<Reader> = { audiences: ['public', 'customer', 'partner'], tenantPath: tree.maple.path }
      assert.equal((await find('after-hours line', partner))[0], 'escalations')
    })

    await suite.test('R115 the support policy is made of the rows of the policy', async () => {
      const reader: Reader = { ...anonymous, audiences: ['public', 'partner'] }
      const policy = await db.asService((tx) => readArticle(tx, reader, 'support-policy-partner'))
      const text = JSON.stringify(policy!.body)
      assert.match(text, /Monday to Friday 9:00–19:00/)
      assert.match(text, /Initial response within 4 hours \(target\)\. Resolution within 8 hours \(best effort\)/)
    })

    await suite.test(
      'R142 author, last modified by, and a second person; an older version comes back as it was',
      async () => {
        const eve = { id: tree.acme.tenantId, tenantId, name: 'Eve' }
        const before = await db.asService((tx) => readArticle(tx, anonymous, 'invoices'))
        const head = {
          slug: 'invoices',
          category: 'Billing',
          department: 'Billing Department',
          audience: 'public' as const,
        }
        const number = await db.as({ tenantPath: 'nw/' }, (tx) =>
          writeVersion(tx, clock, eve, { ...head, locale: 'en', title: 'Your invoices', body: body('New') }),
        )
        const put = (editor: typeof ada | typeof eve, n: number) =>
          db.as({ tenantPath: 'nw/' }, (tx) =>
            publishVersion(tx, clock, editor, { slug: 'invoices', locale: 'en', number: n }),
          )
        const own = await put(eve, number)
        assert.ok(!own.ok && own.failure.code === 'support.needs_second_person')
        assert.ok((await put(ada, number)).ok)
        const after = await db.asService((tx) => readArticle(tx, anonymous, 'invoices'))
        assert.deepEqual([after!.title, after!.authorName, after!.modifiedBy], ['Your invoices', 'Support', 'Eve'])
        assert.ok((await put(ada, 1)).ok)
        const back = await db.asService((tx) => readArticle(tx, anonymous, 'invoices'))
        assert.deepEqual(back!.body, before!.body)
      },
    )

    await suite.test('R143 R144 one vote a reader; a no with words is a task', async () => {
      const vote = (reader: string, helpful: boolean, comment = '') =>
        db.asService(async (tx) => {
          const article = await readArticle(tx, anonymous, 'security')
          return castVote(tx, clock, article!, { reader, helpful, comment, email: 'ada@acme.example' })
        })
      assert.equal(await vote('one', true), 'yes')
      assert.equal(await vote('one', false), 'no')
      assert.equal(await vote('one', false, 'What about updates?'), 'sent')
      assert.equal(await vote('two', true), 'yes')
      const votes = await db.asService(
        (tx) => tx<{ helpful: boolean }[]>`select helpful from kb_vote order by voted_at`,
      )
      assert.equal(votes.length, 2)
      const tasks = await db.asService(
        (tx) => tx<{ comment: string }[]>`select comment from kb_task where done_at is null`,
      )
      assert.equal(tasks.length, 1)
      assert.ok(helpfulness(1, 10) < 0.5 && helpfulness(95, 100) > 0.8)
    })

    await suite.test('two brands read one article in their own words', () => {
      const words = (brand: string) => ({ brand, phone: '', support: '', portal: '' })
      const { title } = firstArticles[0]!
      assert.equal(branded(title, words('Maple Telecom')), 'How to ask Maple Telecom for help')
      assert.equal(branded(title, words('Lakeshore IT')), 'How to ask Lakeshore IT for help')
    })
  })
})
