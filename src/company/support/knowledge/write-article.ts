/** Articles are written as versions that never change; publishing moves a pointer, and a second person does it. */

import { newId, ok, type Clock, type Result } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { noSuchArticle, secondPerson, type ArticleFailure } from '../errors.ts'
import { searchedText, type ArticleBody, type Audience, type Locale } from './article.ts'

export type Editor = { readonly id: string | undefined; readonly tenantId: string; readonly name: string }

export type NewVersion = {
  readonly slug: string
  readonly category: string
  readonly department: string
  readonly audience: Audience
  readonly locale: Locale
  readonly title: string
  readonly body: ArticleBody
}

/** Writes the next version of an article, making the article when it is new; returns the version's number. */
export async function writeVersion(tx: Tx, clock: Clock, editor: Editor, wanted: NewVersion): Promise<number> {
  const { slug, category, department, audience, locale, title, body } = wanted
  const now = clock.now()
  const [article] = await tx<{ id: string }[]>`
    insert into kb_article (id, tenant_id, slug, category, department, audience, created_at)
    values (${newId(clock)}, ${editor.tenantId}, ${slug}, ${category}, ${department}, ${audience}, ${now})
    on conflict (tenant_id, slug) do update
    set category = excluded.category, department = excluded.department, audience = excluded.audience
    returning id`
  const [row] = await tx<{ number: number }[]>`
    insert into kb_version
      (id, tenant_id, article_id, locale, number, title, body, state, author_id, author_name, source_number, created_at)
    select ${newId(clock)}, ${editor.tenantId}, ${article!.id}, ${locale},
           coalesce((
             select max(number) from kb_version where article_id = ${article!.id} and locale = ${locale}), 0) + 1,
           ${title}, ${JSON.stringify(body)}::text::jsonb, 'review', ${editor.id ?? null}, ${editor.name},
           (select number from kb_published join kb_version on kb_version.id = version_id
            where kb_published.article_id = ${article!.id} and kb_published.locale = 'en'), ${now}
    returning number`
  return row!.number
}

const configurations: Readonly<Record<Locale, string>> = { en: 'english', fr: 'french', es: 'spanish' }

export type Publishing = { readonly slug: string; readonly locale: Locale; readonly number: number }

/** Publishes a version, also an older one again: "draft by any agent, review by a second person". */
export async function publishVersion(
  tx: Tx,
  clock: Clock,
  editor: Editor,
  { slug, locale, number }: Publishing,
): Promise<Result<void, ArticleFailure>> {
  const [version] = await tx<
    { id: string; articleId: string; title: string; body: ArticleBody; authorId: string | null }[]
  >`
    select kb_version.id, article_id as "articleId", title, body, author_id as "authorId"
    from kb_version join kb_article on kb_article.id = article_id
    where kb_article.tenant_id = ${editor.tenantId} and slug = ${slug} and locale = ${locale} and number = ${number}`
  if (!version) return noSuchArticle
  if (version.authorId !== null && version.authorId === editor.id) return secondPerson
  const { headings, rest } = searchedText(version.body)
  const configuration = configurations[locale]
  const now = clock.now()
  await tx`
    update kb_version set state = 'superseded'
    where article_id = ${version.articleId} and locale = ${locale} and state = 'published'`
  await tx`
    update kb_version set state = 'published', approved_by = ${editor.id ?? null}, approved_name = ${editor.name}
    where id = ${version.id}`
  await tx`
    insert into kb_published (tenant_id, article_id, locale, version_id, published_at, search, plain)
    values (${editor.tenantId}, ${version.articleId}, ${locale}, ${version.id}, ${now},
            setweight(to_tsvector(${configuration}::text::regconfig, unaccent(${version.title})), 'A')
            || setweight(to_tsvector(${configuration}::text::regconfig, unaccent(${headings})), 'B')
            || setweight(to_tsvector(${configuration}::text::regconfig, unaccent(${rest})), 'C'),
            lower(unaccent(${`${version.title} ${headings}`})))
    on conflict (article_id, locale) do update
    set version_id = excluded.version_id, published_at = excluded.published_at, search = excluded.search,
        plain = excluded.plain`
  return ok(undefined)
}
