/**
 * What an article consists of: "Introduction, Purpose, Scope, Prerequisites", its sections, and questions with answers.
 */

import { z } from 'zod'

export const locales = ['en', 'fr', 'es'] as const
export type Locale = (typeof locales)[number]

export const audiences = ['public', 'customer', 'partner', 'internal'] as const
export type Audience = (typeof audiences)[number]

const text = z.string().trim().min(1).max(20_000)
const line = z.string().trim().min(1).max(300)

/** The blocks that every article has. */
export const articleBody = z.object({
  introduction: text,
  purpose: text,
  /** Who it applies to, and what it leaves out. */
  scope: text,
  prerequisites: z.array(line).max(30),
  sections: z
    .array(z.object({ heading: line, text }))
    .min(1)
    .max(40),
  faqs: z.array(z.object({ question: line, answer: text })).max(60),
})
export type ArticleBody = z.output<typeof articleBody>

/** What stands for the brand in a text: `{brand}`, `{phone}`, `{support}`, `{portal}`. */
export type BrandWords = {
  readonly brand: string
  readonly phone: string
  readonly support: string
  readonly portal: string
}

/** Puts a brand's words in their places. */
export function branded(value: string, words: BrandWords): string {
  return value.replaceAll(/\{(brand|phone|support|portal)\}/g, (_, name: keyof BrandWords) => words[name])
}

/** A body in a brand's words. */
export function brandedBody(body: ArticleBody, words: BrandWords): ArticleBody {
  const say = (value: string): string => branded(value, words)
  return {
    introduction: say(body.introduction),
    purpose: say(body.purpose),
    scope: say(body.scope),
    prerequisites: body.prerequisites.map(say),
    sections: body.sections.map((one) => ({ heading: say(one.heading), text: say(one.text) })),
    faqs: body.faqs.map((one) => ({ question: say(one.question), answer: say(one.answer) })),
  }
}

/** Everything in a body that is searched: headings, then the rest. */
export function searchedText({ sections, faqs, ...rest }: ArticleBody): {
  readonly headings: string
  readonly rest: string
} {
  return {
    headings: [...sections.map(({ heading }) => heading), ...faqs.map(({ question }) => question)].join('\n'),
    rest: [
      rest.introduction,
      rest.purpose,
      rest.scope,
      ...rest.prerequisites,
      ...sections.map((one) => one.text),
      ...faqs.map(({ answer }) => answer),
    ].join('\n'),
  }
}
