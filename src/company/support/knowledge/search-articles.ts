/**
 * Finds articles: by their words in the reader's language, without minding accents; by likeness when nothing is found.
 */

import { newId, type Clock } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { ArticleBody, Audience, Locale } from './article.ts'

/** Whose articles a reader sees, and which of them. */
export type Reader = {
  /** Articles of everybody above this tenant; the nearest one's where two have one slug. */
  readonly tenantPath: string
  readonly audiences: readonly Audience[]
  readonly locale: Locale
}

export type FoundArticle = {
  readonly slug: string
  readonly locale: Locale
  readonly title: string
  readonly category: string
  readonly department: string
  readonly audience: Audience
  /** Two lines around what was found. */
  readonly excerpt: string
}

const configurations: Readonly<Record<Locale, string>> = { en: 'english', fr: 'french', es: 'spanish' }
const LIMIT = 20
/** A word is like another one that shares two fifths of its trigrams. */
const LIKENESS = 0.4

/** The best of what is asked for; everything by title without a query. */
export async function searchArticles(tx: Tx, clock: Clock, reader: Reader, query: string): Promise<FoundArticle[]> {
  const asked = query.trim().slice(0, 200)
  if (asked === '') return listed(tx, reader)
  const exact = await byWords(tx, reader, asked)
  if (exact.length > 0) return exact
  const alike = await byLikeness(tx, reader, asked)
  if (alike.length === 0) {
    await tx`
      insert into kb_miss (id, tenant_id, query, locale, at)
      select ${newId(clock)}, id, ${asked}, ${reader.locale}, ${clock.now()} from tenant
      where starts_with(${reader.tenantPath}, path) order by length(path) limit 1`
  }
  return alike
}

/**
 * What a reader may see: his language where there is one, English elsewhere; the nearest seller's article of a slug.
 */
function visible(tx: Tx, { tenantPath, audiences, locale }: Reader) {
  return tx`
    kb_published
    join kb_article on kb_article.id = kb_published.article_id
    join kb_version on kb_version.id = kb_published.version_id
    join tenant on tenant.id = kb_article.tenant_id and starts_with(${tenantPath}, tenant.path)
    where kb_article.audience = any(${[...audiences]}::text[])
      and kb_published.locale = case when exists (
        select from kb_published own where own.article_id = kb_article.id and own.locale = ${locale}
      ) then ${locale} else 'en' end
      and not exists (
        select from kb_article nearer join tenant seller on seller.id = nearer.tenant_id
        where nearer.slug = kb_article.slug and starts_with(${tenantPath}, seller.path)
          and length(seller.path) > length(tenant.path))`
}

const columns = `kb_article.slug, kb_published.locale, kb_version.title, kb_article.category, kb_article.department,
  kb_article.audience`

async function listed(tx: Tx, reader: Reader): Promise<FoundArticle[]> {
  return tx<FoundArticle[]>`
    select ${tx.unsafe(columns)}, left(body ->> 'introduction', 240) as excerpt from ${visible(tx, reader)}
    order by kb_article.category collate "C", kb_version.title collate "C" limit 500`
}

async function byWords(tx: Tx, reader: Reader, query: string): Promise<FoundArticle[]> {
  const configuration = configurations[reader.locale]
  return tx<FoundArticle[]>`
    select found.slug, found.locale, found.title, found.category, found.department, found.audience,
           ts_headline(${configuration}::text::regconfig, found.introduction, found.query,
                       'MaxWords=30, MinWords=15, StartSel="", StopSel=""') as excerpt
    from (
      select ${tx.unsafe(columns)}, body ->> 'introduction' as introduction, query,
             ts_rank_cd(search, query) as rank
      from websearch_to_tsquery(${configuration}::text::regconfig, unaccent(${query})) as query, ${visible(tx, reader)}
        and search @@ query
      order by rank desc, kb_article.slug limit ${LIMIT}) as found
    order by rank desc, slug`
}

async function byLikeness(tx: Tx, reader: Reader, query: string): Promise<FoundArticle[]> {
  await tx`select set_config('pg_trgm.word_similarity_threshold', ${String(LIKENESS)}, true)`
  return tx<FoundArticle[]>`
    select ${tx.unsafe(columns)}, left(body ->> 'introduction', 240) as excerpt
    from ${visible(tx, reader)} and lower(unaccent(${query})) <% plain
    order by word_similarity(lower(unaccent(${query})), plain) desc, kb_article.slug limit ${LIMIT}`
}

export type WholeArticle = FoundArticle & {
  readonly articleId: string
  readonly versionId: string
  readonly tenantId: string
  readonly body: ArticleBody
  readonly number: number
  readonly authorName: string
  /** Who changed it last, and when it appeared. */
  readonly modifiedBy: string
  readonly publishedAt: number
  /** The reader's language had none, or a translation is older than its source. */
  readonly isFallback: boolean
  readonly isStale: boolean
}

/** One published article. */
export async function readArticle(tx: Tx, reader: Reader, slug: string): Promise<WholeArticle | undefined> {
  const [row] = await tx<WholeArticle[]>`
    select ${tx.unsafe(columns)}, '' as excerpt, kb_article.id as "articleId", kb_version.id as "versionId",
           kb_article.tenant_id as "tenantId", body, kb_version.number, published_at as "publishedAt",
           (select first.author_name from kb_version first where first.article_id = kb_article.id
            order by first.created_at, first.id limit 1) as "authorName",
           kb_version.author_name as "modifiedBy", kb_published.locale <> ${reader.locale} as "isFallback",
           kb_published.locale <> 'en' and coalesce(source_number, 0) < coalesce((
             select english.number from kb_published source join kb_version english on english.id = source.version_id
             where source.article_id = kb_article.id and source.locale = 'en'), 0) as "isStale"
    from ${visible(tx, reader)} and kb_article.slug = ${slug}`
  return row
}
