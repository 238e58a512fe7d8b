/**
 * What the operations of the knowledge base do. Articles of sellers lie outside a customer's scope: the house reads
 * them.
 */

import { fail, ok, type Clock } from '../../../base/index.ts'
import type { Db } from '../../../platform/db/index.ts'
import type { Handlers } from '../../../platform/http/index.ts'
import { isStaff, subjectOf, type Caller } from '../../../platform/identity/index.ts'
import { noSuchArticle } from '../errors.ts'
import { brandedBody, branded, type Audience, type BrandWords, type Locale } from './article.ts'
import type { knowledgeOperations } from './operations.ts'
import { readArticle, searchArticles, type Reader } from './search-articles.ts'
import { castVote, voteAnswers } from './vote.ts'
import { publishVersion, writeVersion } from './write-article.ts'

export type KnowledgeParts = {
  readonly db: Db
  readonly clock: Clock
  /** The brand's words for a tenant. */
  readonly wordsOf: (tenantPath: string) => BrandWords
  /** Tells a reader that the article he missed something in was mended. */
  readonly tellMended: (task: MendedTask) => Promise<void>
}

export type MendedTask = {
  readonly tenantId: string
  readonly email: string
  readonly title: string
  readonly slug: string
}

/** "an internal article never appears" to others: who may read what. */
export function audiencesOf({ role }: Pick<Caller, 'role'>): readonly Audience[] {
  if (isStaff(role)) return ['public', 'customer', 'partner', 'internal']
  return role.startsWith('partner_') ? ['public', 'customer', 'partner'] : ['public', 'customer']
}

/** The language of a login's locale. */
function localeOf(locale: string): Locale {
  const language = locale.slice(0, 2)
  return language === 'fr' || language === 'es' ? language : 'en'
}

function readerOf(caller: Caller, locale: Locale | undefined): Reader {
  return {
    tenantPath: caller.tenantPath,
    audiences: audiencesOf(caller),
    locale: locale ?? localeOf(caller.locale),
  }
}

/** The handlers. */
export function knowledgeHandlers(parts: KnowledgeParts): Handlers<typeof knowledgeOperations> {
  const { db, clock, wordsOf } = parts
  return {
    async searchArticles({ query }, { caller }) {
      const words = wordsOf(caller.tenantPath)
      const reader = readerOf(caller, query.locale)
      const found = await db.asService((tx) => searchArticles(tx, clock, reader, query.query ?? ''))
      const items = found.map((one) => ({
        ...one,
        title: branded(one.title, words),
        excerpt: branded(one.excerpt, words),
      }))
      return ok({ items })
    },
    async readArticle({ params, query }, { caller }) {
      const words = wordsOf(caller.tenantPath)
      const article = await db.asService((tx) => readArticle(tx, readerOf(caller, query.locale), params.slug))
      if (!article) return noSuchArticle
      return ok({ ...article, title: branded(article.title, words), body: brandedBody(article.body, words) })
    },
    async voteOnArticle({ params, body }, { caller, transaction, note }) {
      const answer = await db.asService(async (tx) => {
        const article = await readArticle(tx, readerOf(caller, undefined), params.slug)
        if (!article) return undefined
        const [login] = await tx<{ email: string }[]>`select email from login where id = ${caller.loginId ?? null}`
        return castVote(tx, clock, article, { ...body, reader: subjectOf(caller), email: login?.email ?? '' })
      })
      if (answer === undefined) return noSuchArticle
      await transaction(async () => note({ subjectKind: 'article', after: { slug: params.slug, ...body } }))
      return ok({ ...voteAnswers[answer] })
    },
    writeArticle: ({ body }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        const editor = { id: subjectOf(caller), tenantId: caller.tenantId, name: caller.name }
        const number = await writeVersion(tx, clock, editor, body)
        note({ subjectKind: 'article', after: { slug: body.slug, locale: body.locale, number } })
        return ok({ number })
      }),
    publishArticle: ({ params, body }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        const editor = { id: subjectOf(caller), tenantId: caller.tenantId, name: caller.name }
        note({ subjectKind: 'article', after: { slug: params.slug, ...body } })
        return publishVersion(tx, clock, editor, { slug: params.slug, ...body })
      }),
    ...taskHandlers(parts),
  }
}

type Tasks = 'articleTasks' | 'finishArticleTask'

function taskHandlers({ clock, tellMended }: KnowledgeParts): Pick<Handlers<typeof knowledgeOperations>, Tasks> {
  return {
    async articleTasks(_, { transaction }) {
      const items = await transaction(
        (tx) => tx<{ id: string; slug: string; title: string; comment: string; createdAt: number }[]>`
          select kb_task.id, slug, title, kb_task.comment, kb_task.created_at as "createdAt"
          from kb_task join kb_article on kb_article.id = kb_task.article_id
          join kb_vote on kb_vote.id = vote_id join kb_version on kb_version.id = kb_vote.version_id
          where done_at is null order by kb_task.created_at, kb_task.id limit 500`,
      )
      return ok({ items: [...items] })
    },
    async finishArticleTask({ params }, { caller, transaction, note }) {
      const done = await transaction(async (tx) => {
        note({ subjectKind: 'article_task', subjectId: params.id })
        const [task] = await tx<MendedTask[]>`
          update kb_task set done_at = ${clock.now()}, done_by = ${subjectOf(caller)}
          from kb_article, kb_published, kb_version
          where kb_task.id = ${params.id} and done_at is null and kb_article.id = kb_task.article_id
            and kb_published.article_id = kb_article.id and kb_published.locale = 'en'
            and kb_version.id = kb_published.version_id
          returning kb_task.tenant_id as "tenantId", reader_email as email, title, slug`
        return task
      })
      if (!done) return fail('support.no_such_task', 'there is no open task with this id')
      if (done.email !== '') await tellMended(done)
      return ok(undefined)
    },
  }
}
