/** The public help centre of a brand: articles found and read, and "Was this article helpful?"; without a script. */

import { html } from 'hono/html'
import { newToken } from '../../../base/index.ts'
import { notFound, readForm, type DoorContext } from '../../../platform/http/index.ts'
import { subjectOf } from '../../../platform/identity/index.ts'
import {
  audiencesOf,
  branded,
  brandedBody,
  castVote,
  readArticle,
  searchArticles,
  voteAnswers,
  type ArticleReader,
  type WholeArticle,
} from '../../../company/support/index.ts'
import { wordsOfBrand } from '../support-parts.ts'
import type { Brand } from '../brands.ts'
import type { PagesRoom } from './room.ts'
import { publicPage, type Markup } from './public-page.ts'

type Visit = { readonly brand: Brand; readonly reader: ArticleReader; readonly who: string | undefined }

const MARK = 'help-reader'

/** Whoever is signed in reads what his role may; everybody else what is public, in his browser's language. */
async function visitOf({ brands }: PagesRoom, c: DoorContext): Promise<Visit> {
  const brand = brands.byHost(c.get('host'))
  const caller = await c.get('caller')()
  const asked = new URL(c.req.url).searchParams.get('lang') ?? c.req.header('accept-language') ?? ''
  const language = asked.slice(0, 2).toLowerCase()
  const mark = new RegExp(`(?:^|;\\s*)${MARK}=([\\w-]{20,60})(?:;|$)`).exec(c.req.header('cookie') ?? '')?.[1]
  return {
    brand,
    who: caller ? subjectOf(caller) : mark,
    reader: {
      tenantPath: caller?.tenantPath ?? brand.tenantPath,
      audiences: caller ? audiencesOf(caller) : ['public'],
      locale: language === 'fr' || language === 'es' ? language : 'en',
    },
  }
}

/** GET /help: all articles, or those that answer a question. */
export async function showHelp(room: PagesRoom, c: DoorContext): Promise<Response> {
  const { brand, reader } = await visitOf(room, c)
  const query = (new URL(c.req.url).searchParams.get('q') ?? '').slice(0, 200)
  const found = await room.identity.db.asService((tx) => searchArticles(tx, room.clock, reader, query))
  const words = wordsOfBrand(brand)
  const items = found.map(
    (one) =>
      html`<li>
        <a href="/help/${one.slug}"><strong>${branded(one.title, words)}</strong></a>
        <br /><span class="muted">${branded(one.excerpt, words)}</span>
      </li>`,
  )
  return publicPage(c, {
    brand,
    title: 'Support',
    card: html`<h1>Support</h1>
      <form method="get" action="/help" role="search">
        <label>Search <input name="q" type="search" maxlength="200" value="${query}" /></label>
        <button>Search</button>
      </form>
      ${
        items.length === 0
          ? html`<p>Nothing fits “${query}”. Write to us, or sign in and open a ticket.</p>`
          : html`<ul class="articles">${items}</ul>`
      }
      <p><a class="button plain" href="/support/tickets">Open a ticket</a></p>`,
  })
}

/** GET /help/<slug>: one article. */
export async function showArticle(room: PagesRoom, c: DoorContext, slug: string): Promise<Response> {
  const { brand, reader } = await visitOf(room, c)
  const article = await room.identity.db.asService((tx) => readArticle(tx, reader, slug))
  if (!article) return notFound()
  return articlePage(c, brand, article, voteForm(slug))
}

/** POST /help/<slug>/vote: takes a yes, a no, or what was missing. */
export async function takeVote(room: PagesRoom, c: DoorContext, slug: string): Promise<Response> {
  const { brand, reader, who } = await visitOf(room, c)
  const form = await readForm(c.req.raw)
  if (!form.ok) return notFound()
  const mark = who ?? newToken(room.identity.random)
  const text = (name: string): string => (form.value.get(name) ?? '').trim()
  const cast = await room.identity.db.asService(async (tx) => {
    const article = await readArticle(tx, reader, slug)
    if (!article) return undefined
    const vote = { reader: mark, helpful: text('helpful') === 'yes', comment: text('comment').slice(0, 5000) }
    const email = /^[^\s@]{1,64}@[^\s@]{1,180}$/.test(text('email')) ? text('email') : ''
    return { article, answer: await castVote(tx, room.clock, article, { ...vote, email }) }
  })
  if (!cast) return notFound()
  const { head, text: said } = voteAnswers[cast.answer]
  const answer = html`<section role="status">
    <h2>${head}</h2>
    <p>${said}</p>
    ${cast.answer === 'no' && missingForm(slug)}
  </section>`
  const page = await articlePage(c, brand, cast.article, answer)
  if (who === undefined) {
    page.headers.append('set-cookie', `${MARK}=${mark}; Path=/help; Max-Age=31536000; HttpOnly; SameSite=Lax`)
  }
  return page
}

function voteForm(slug: string): Markup {
  return html`<form method="post" action="/help/${slug}/vote">
    <p><strong>${voteAnswers.question}</strong></p>
    <button name="helpful" value="yes">Yes</button>
    <button class="button plain" name="helpful" value="no">No</button>
  </form>`
}

function missingForm(slug: string): Markup {
  return html`<form method="post" action="/help/${slug}/vote">
    <input type="hidden" name="helpful" value="no" />
    <label>What is missing? <textarea name="comment" rows="4" maxlength="5000" required></textarea></label>
    <label>Your email address, to be told when it is mended <input name="email" type="email" maxlength="254" /></label>
    <button>Send feedback</button>
  </form>`
}

function articlePage(c: DoorContext, brand: Brand, article: WholeArticle, foot: Markup): Promise<Response> {
  const words = wordsOfBrand(brand)
  const { introduction, purpose, scope, prerequisites, sections, faqs } = brandedBody(article.body, words)
  const title = branded(article.title, words)
  const at = Temporal.Instant.fromEpochMilliseconds(article.publishedAt).toString({ smallestUnit: 'minute' })
  return publicPage(c, {
    brand,
    title,
    card: html`<p><a href="/help">Support</a> › ${article.category}</p>
      <h1>${title}</h1>
      <p class="muted">[${article.department}] Posted by ${article.authorName}, last modified by ${article.modifiedBy}
        on <time datetime="${at}">${at.replace('T', ' ').replace('Z', ' UTC')}</time></p>
      ${article.isFallback && html`<p class="notice">This article is not translated yet.</p>`}
      <h2>Introduction</h2>
      <p>${introduction}</p>
      <h2>Purpose</h2>
      <p>${purpose}</p>
      <h2>Scope</h2>
      <p>${scope}</p>
      ${prerequisites.length > 0 && html`<h2>Prerequisites</h2>`}
      <ul>${prerequisites.map((one) => html`<li>${one}</li>`)}</ul>
      ${sections.map((one) => html`<h2>${one.heading}</h2><p>${one.text}</p>`)}
      ${faqs.length > 0 && html`<h2>FAQs</h2>${faqs.map((one) => html`<h3>${one.question}</h3><p>${one.answer}</p>`)}`}
      ${foot}`,
  })
}
