/** Reads a mail as its reader sees it: who, to whom, about what, and the plain text (RFC 5322, RFC 2045, RFC 2047). */

export type ReadMail = {
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  /** Addresses that the text links to. */
  readonly links: readonly string[]
}

type Part = { readonly headers: ReadonlyMap<string, string>; readonly body: string }

const PARTS_MAX = 20
const LINKS_MAX = 10
const TEXT_MAX = 20_000

/** Cuts headers from body; a header that goes on in the next line is one line again. */
function partOf(raw: string): Part {
  const cut = /\r?\n\r?\n/.exec(raw)
  const head = cut ? raw.slice(0, cut.index) : raw
  const headers = new Map<string, string>()
  for (const line of head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return { headers, body: cut ? raw.slice(cut.index + cut[0].length) : '' }
}

function fromQuotedPrintable(text: string): Buffer {
  const joined = text.replaceAll(/[ \t]*=\r?\n/g, '')
  const bytes = joined.replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1')
}

function decoded(part: Part): string {
  const encoding = part.headers.get('content-transfer-encoding')?.toLowerCase()
  if (encoding === 'base64') return Buffer.from(part.body, 'base64').toString('utf8')
  if (encoding === 'quoted-printable') return fromQuotedPrintable(part.body).toString('utf8')
  return Buffer.from(part.body, 'latin1').toString('utf8')
}

/** `=?UTF-8?Q?Zo=C3=AB?=` as `Zoë`; other character sets are shown as they came. */
function decodedWords(value: string): string {
  const joined = value.replaceAll(/\?=\s+=\?/g, '?==?')
  return joined.replaceAll(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
    kind.toUpperCase() === 'B'
      ? Buffer.from(text, 'base64').toString('utf8')
      : fromQuotedPrintable(text.replaceAll('_', ' ')).toString('utf8'),
  )
}

function boundaryOf(part: Part): string | undefined {
  return /^multipart\/[^;]+;.*boundary="?([^";]{1,70})"?/i.exec(part.headers.get('content-type') ?? '')?.[1]
}

/** The first plain text, else the first part of any kind; nested parts are looked into. */
function plainText(part: Part, depth = 0): string {
  const boundary = boundaryOf(part)
  if (boundary === undefined || depth > 3) return decoded(part)
  const parts = part.body
    .split(`--${boundary}`)
    .slice(1, PARTS_MAX)
    .map((raw) => partOf(raw.replace(/^\r?\n/, '')))
  const isWanted = (one: Part): boolean => /^text\/plain|^multipart\//i.test(one.headers.get('content-type') ?? '')
  const best = parts.find(isWanted) ?? parts[0]
  return best ? plainText(best, depth + 1) : ''
}

/** Reads a whole message as it came over SMTP, one character a byte. */
export function readMail(raw: string): ReadMail {
  const whole = partOf(raw)
  const value = (name: string): string => decodedWords(whole.headers.get(name) ?? '').slice(0, 500)
  const text = plainText(whole).replaceAll('\r\n', '\n').trim().slice(0, TEXT_MAX)
  const links = [...new Set(text.match(/https?:\/\/[^\s<>"']+/g) ?? [])].slice(0, LINKS_MAX)
  return { from: value('from'), to: value('to'), subject: value('subject'), text, links }
}
