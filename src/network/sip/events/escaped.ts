/** Text inside the documents of event packages. */

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** The text with what XML reads otherwise written as entities. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (one) => entities[one]!)
}
