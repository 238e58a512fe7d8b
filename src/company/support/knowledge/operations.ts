/** What the API can do with the knowledge base. */

import { z } from 'zod'
import { defineOperations, id, instant } from '../../../platform/http/index.ts'
import { articleBody, audiences, locales } from './article.ts'

const slug = z.string().min(1).max(100)
const newSlug = z.string().regex(/^[a-z0-9-]{1,100}$/, 'lower-case letters, digits and dashes')
const locale = z.enum(locales)
const name = z.string().trim().min(1).max(60)

const found = z.object({
  slug: z.string(),
  locale,
  title: z.string(),
  category: z.string(),
  department: z.string(),
  audience: z.enum(audiences),
  excerpt: z.string(),
})

const noSuchArticle = { 'support.no_such_article': 404 } as const

export const knowledgeOperations = defineOperations({
  searchArticles: {
    method: 'GET',
    path: '/api/v1/support/articles',
    summary: 'Articles that answer a question, the best first; all of them without one',
    permission: 'signed_in',
    audit: 'none',
    query: z.object({ query: z.string().max(200).optional(), locale: locale.optional() }),
    output: z.object({ items: z.array(found) }),
    failures: {},
  },
  readArticle: {
    method: 'GET',
    path: '/api/v1/support/articles/{slug}',
    summary: 'One article in the words of the reader’s brand',
    permission: 'signed_in',
    audit: 'none',
    params: z.object({ slug }),
    query: z.object({ locale: locale.optional() }),
    output: found.extend({
      body: articleBody,
      number: z.int(),
      authorName: z.string(),
      modifiedBy: z.string(),
      publishedAt: instant,
      /** The reader's language has no version of it. */
      isFallback: z.boolean(),
      /** The translation is older than its source. */
      isStale: z.boolean(),
    }),
    failures: noSuchArticle,
  },
  voteOnArticle: {
    method: 'POST',
    path: '/api/v1/support/articles/{slug}/votes',
    summary: 'Say whether an article was helpful, and what it lacks',
    permission: 'signed_in',
    audit: 'write',
    params: z.object({ slug }),
    body: z.object({ helpful: z.boolean(), comment: z.string().trim().max(5000).default('') }),
    output: z.object({ head: z.string(), text: z.string() }),
    failures: noSuchArticle,
  },
  writeArticle: {
    method: 'POST',
    path: '/api/v1/support/articles',
    summary: 'Write the next version of an article; it is published by a second person',
    permission: 'tickets.work',
    audit: 'write',
    body: z.object({
      slug: newSlug,
      category: name,
      department: name,
      audience: z.enum(audiences),
      locale,
      title: z.string().trim().min(1).max(200),
      body: articleBody,
    }),
    output: z.object({ number: z.int() }),
    failures: {},
  },
  publishArticle: {
    method: 'POST',
    path: '/api/v1/support/articles/{slug}/publish',
    summary: 'Publish a version of an article, also an older one again',
    permission: 'support.manage',
    audit: 'write',
    params: z.object({ slug }),
    body: z.object({ locale, number: z.int().min(1).max(100_000) }),
    output: z.void(),
    failures: { ...noSuchArticle, 'support.needs_second_person': 409 },
  },
  articleTasks: {
    method: 'GET',
    path: '/api/v1/support/article-tasks',
    summary: 'What readers missed in articles, the oldest first',
    permission: 'support.manage',
    audit: 'none',
    output: z.object({
      items: z.array(z.object({ id, slug: z.string(), title: z.string(), comment: z.string(), createdAt: instant })),
    }),
    failures: {},
  },
  finishArticleTask: {
    method: 'POST',
    path: '/api/v1/support/article-tasks/{id}/done',
    summary: 'Say that an article was mended; the reader who missed something is told',
    permission: 'support.manage',
    audit: 'write',
    params: z.object({ id }),
    output: z.void(),
    failures: { 'support.no_such_task': 404 },
  },
})
