/**
 * The keys that work everywhere: Ctrl+K or Cmd+K for the search, `?` for the sheet, `g` and a letter for a page, `/`
 * for the page's own search. Single keys can be turned off (WCAG 2.2 §2.1.4) and never act while somebody types.
 */

import type { Me } from '../data/api.ts'
import { sectionsOf } from './navigation.ts'

/** Where single keys are turned off in this browser. */
export const KEYS_OFF = 'single-keys-off'

export type KeyActs = {
  readonly search: () => void
  readonly sheet: () => void
  readonly go: (path: string) => void
}

/** Pages by the letter after `g`: the first letter that no page before has taken. */
export function pageKeys(me: Me): ReadonlyMap<string, string> {
  const keys = new Map<string, string>()
  for (const { path } of sectionsOf(me).flatMap((section) => section.pages)) {
    const letters = path
      .split('/')
      .at(-1)!
      .replaceAll(/[^a-z]/g, '')
    const free = letters.split('').find((letter) => !keys.has(letter))
    if (free) keys.set(free, path)
  }
  return keys
}

const TOGETHER_MS = 1500

/** Listens until the returned function is called. */
export function listenToKeys(me: Me, acts: KeyActs): () => void {
  let afterG = -Infinity
  const onKey = (event: KeyboardEvent): void => {
    const { key, ctrlKey, metaKey, altKey, target } = event
    if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'k') {
      event.preventDefault()
      acts.search()
      return
    }
    if (ctrlKey || metaKey || altKey || isTyping(target) || localStorage.getItem(KEYS_OFF)) return
    if (document.querySelector('[role="dialog"]')) return
    const path = event.timeStamp - afterG < TOGETHER_MS ? pageKeys(me).get(key) : undefined
    afterG = key === 'g' ? event.timeStamp : -Infinity
    if (path) acts.go(path)
    else if (key === '?') acts.sheet()
    else if (key === '/') {
      const field = document.querySelector<HTMLElement>('main input[type="search"]')
      if (!field) return
      event.preventDefault()
      field.focus()
    }
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}
