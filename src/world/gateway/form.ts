/** Reads the form encoding of the card processor's API: `metadata[payment]=x` is `{ metadata: { payment: 'x' } }`. */

export type FormValue = string | { [name: string]: FormValue }
export type Form = { readonly [name: string]: FormValue }

const FIELDS_MAX = 200
const DEPTH_MAX = 5

/** The fields of a body or query; what is nested too deep or repeated is left out. */
export function readForm(text: string): Form {
  const root: { [name: string]: FormValue } = Object.create(null) as { [name: string]: FormValue }
  let count = 0
  for (const [key, value] of new URLSearchParams(text)) {
    if (++count > FIELDS_MAX) break
    const path = key.replaceAll(']', '').split('[')
    if (path.length > DEPTH_MAX) continue
    let at = root
    for (const name of path.slice(0, -1)) {
      const next = at[name]
      at = typeof next === 'object' ? next : ((at[name] = Object.create(null)) as { [name: string]: FormValue })
    }
    at[path.at(-1)!] = value
  }
  return root
}

/** A field's text; empty when it is not there. */
export function textOf(form: Form, name: string): string {
  const value = form[name]
  return typeof value === 'string' ? value : ''
}

/** The texts below a field, such as metadata. */
export function textsOf(form: Form, name: string): Readonly<Record<string, string>> {
  const value = form[name]
  if (typeof value !== 'object') return {}
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
}
