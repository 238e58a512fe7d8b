/** One content, two twins: the plain text and the HTML of a mail, so that neither can say more than the other. */

import { html } from 'hono/html'
import { assert } from '../../base/index.ts'

/** What a mail shows of the company that sends it. */
export type MailBrand = {
  readonly name: string
  /** `#rrggbb` */
  readonly colour: string
  readonly supportEmail: string
  readonly phone: string
  readonly postalAddress: string
}

export type MailBlock =
  | { readonly kind: 'paragraph'; readonly text: string }
  /** A link to press; only http and https. */
  | { readonly kind: 'action'; readonly label: string; readonly url: string }
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [label: string, value: string])[] }
  /** Small print. */
  | { readonly kind: 'note'; readonly text: string }

export type MailContent = {
  readonly brand: MailBrand
  readonly subject: string
  /** Language of the text, such as `en`. */
  readonly language: string
  readonly blocks: readonly MailBlock[]
}

type Html = ReturnType<typeof html>

/** The twins of a mail; every value in the HTML is escaped. */
export function composeMail(content: MailContent): { subject: string; text: string; html: string } {
  for (const block of content.blocks) {
    if (block.kind === 'action') assert(/^https?:\/\//.test(block.url), 'a mail links to http or https only')
  }
  return { subject: content.subject, text: textOf(content), html: htmlOf(content) }
}

function textOf({ brand, blocks }: MailContent): string {
  const sign = [brand.name, brand.phone, brand.supportEmail, brand.postalAddress].filter(Boolean).join('\n')
  return `${[...blocks.map(textBlock), `-- \n${sign}`].join('\n\n')}\n`
}

function textBlock(block: MailBlock): string {
  switch (block.kind) {
    case 'paragraph':
    case 'note':
      return block.text
    case 'action':
      return `${block.label}:\n${block.url}`
    case 'facts':
      return block.rows.map(([label, value]) => `${label}: ${value}`).join('\n')
  }
}

// Tables and inline styles: the only layout that every mail reader shows.
function htmlOf({ brand, subject, language, blocks }: MailContent): string {
  const colour = /^#[0-9a-f]{6}$/i.test(brand.colour) ? brand.colour : '#334155'
  const contact = [brand.phone, brand.supportEmail, brand.postalAddress].filter(Boolean).join(' · ')
  const page = html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${subject}</title></head>
<body style="margin:0;background:#f4f5f7">
<table role="presentation" width="100%" style="border-collapse:collapse"><tr><td align="center" style="padding:24px">
<table role="presentation" width="100%" style="max-width:560px;border-collapse:collapse;background:#ffffff">
<tr><td style="padding:16px 32px;border-top:4px solid ${colour};font:600 18px sans-serif;color:#111827">
${brand.name}</td></tr>
<tr><td style="padding:0 32px 24px;font:16px/1.5 sans-serif;color:#1f2937">
${blocks.map((block) => htmlBlock(block, colour))}</td></tr>
<tr><td style="padding:16px 32px;font:13px/1.5 sans-serif;color:#4b5563;background:#f9fafb">
${brand.name}<br>${contact}</td></tr>
</table></td></tr></table>
</body>
</html>
`
  return stringOf(page)
}

function htmlBlock(block: MailBlock, colour: string): Html {
  switch (block.kind) {
    case 'paragraph':
      return html`<p style="margin:16px 0">${lines(block.text)}</p>\n`
    case 'note':
      return html`<p style="margin:16px 0;font-size:14px;color:#4b5563">${lines(block.text)}</p>\n`
    case 'action':
      return html`<p style="margin:24px 0">
<a href="${block.url}" style="${buttonStyle(colour)}">${block.label}</a></p>\n`
    case 'facts':
      return html`<table style="border-collapse:collapse">${block.rows.map(htmlFact)}</table>\n`
  }
}

function htmlFact([label, value]: readonly [label: string, value: string]): Html {
  return html`<tr><th align="left" style="padding:4px 16px 4px 0;font-weight:600">${label}</th>
<td>${value}</td></tr>\n`
}

/** A text with its line breaks. */
function lines(text: string): Html[] {
  return text.split('\n').map((line, at) => (at === 0 ? html`${line}` : html`<br>${line}`))
}

function buttonStyle(background: string): string {
  const shape = 'display:inline-block;padding:12px 24px;border-radius:6px;font-weight:600;text-decoration:none'
  return `${shape};background:${background};color:${inkOn(background)}`
}

/** Black or white, whichever is read better on a colour (WCAG 2.2 §1.4.3, relative luminance). */
function inkOn(background: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(background.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue! > 0.179 ? '#000000' : '#ffffff'
}

/** Our templates hold nothing asynchronous, so what hono types as perhaps a promise is a text. */
function stringOf(page: Html): string {
  assert(!(page instanceof Promise), 'a mail template waits for something')
  return page.toString()
}
