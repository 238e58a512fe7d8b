/**
 * The command palette: pages by their name at once, and whatever the reader may see by name, number or id from one
 * search of the server. What was opened last stands first.
 */

import { useDeferredValue, useId, useState, type KeyboardEvent } from 'react'
import { useLocation } from 'wouter'
import { keepPreviousData, useQuery } from '../data/query.ts'
import { SEARCH_MIN, searchRead, type Found } from '../data/search.ts'
import { formatInstant } from '../format/time.ts'
import { Dialog } from '../ui/dialog.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { paletteTexts } from '../words/palette-texts.ts'
import { shellTexts } from '../words/shell-texts.ts'
import { useHouse } from './house.tsx'
import { sectionsOf } from './navigation.ts'

type Choice = { readonly id: string; readonly title: string; readonly note: string; readonly to: string }

const RECENT = 'recent-searches'
const RECENT_MAX = 6
const PAGES_MAX = 12

function recentChoices(): readonly Choice[] {
  try {
    return JSON.parse(localStorage.getItem(RECENT) ?? '[]') as Choice[]
  } catch {
    return []
  }
}

function remember(choice: Choice): void {
  const others = recentChoices().filter((one) => one.to !== choice.to)
  localStorage.setItem(RECENT, JSON.stringify([choice, ...others].slice(0, RECENT_MAX)))
}

/** Where a thing is shown. */
function pathOf({ kind, id, title, note }: Found): string {
  const within = (page: string, search: string): string => `${page}?${new URLSearchParams({ search })}`
  switch (kind) {
    case 'customer':
      return `/customers/${id}`
    case 'person':
      return within('/phone-system/people', note)
    case 'extension':
      return within('/phone-system/extensions', title.split(' ')[0]!)
    case 'phone':
      return within('/phone-system/phones', note)
    case 'number':
      return within('/phone-system/numbers', title.replaceAll(/\D/g, ''))
    case 'invoice':
      return `/billing/invoices/${id}`
    case 'ticket':
      return `/help/tickets/${id}`
    case 'call':
      return `/calls/${id}`
  }
}

/** What fits a text: things of the server first, then pages; without a text what was opened last, then pages. */
function useChoices(asked: string) {
  const { me, at } = useHouse()
  const isAsked = asked.length >= SEARCH_MIN
  const found = useQuery({ ...searchRead(asked), enabled: isAsked, placeholderData: keepPreviousData })
  const pages = sectionsOf(me).flatMap((section) =>
    section.pages.map(({ path, word }): Choice => {
      const note = section.word === word ? '' : menuTexts[section.word]
      return { id: path, title: menuTexts[word], note: `${paletteTexts.go} ${note}`.trim(), to: path }
    }),
  )
  if (asked === '') return { isThere: true, choices: [...recentChoices(), ...pages].slice(0, PAGES_MAX) }
  const things = (isAsked ? (found.data?.items ?? []) : []).map((thing): Choice => {
    const when = thing.at === null ? '' : formatInstant(thing.at, me.zone, at)
    const note = [paletteTexts[thing.kind], thing.note.trim(), when].filter(Boolean).join(' · ')
    return { id: thing.id, title: thing.title, note, to: pathOf(thing) }
  })
  const fits = ({ title }: Choice): boolean => title.toLowerCase().includes(asked.toLowerCase())
  return { isThere: !isAsked || !found.isFetching, choices: [...things, ...pages.filter(fits)] }
}

/** The palette, open. Enter takes the first; the arrows walk along the others. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [, navigate] = useLocation()
  const id = useId()
  const [typed, type] = useState('')
  const asked = useDeferredValue(typed.trim())
  const { isThere, choices } = useChoices(asked)
  const choose = (choice: Choice | undefined): void => {
    if (!choice) return
    remember(choice)
    onClose()
    navigate(choice.to)
  }
  return (
    <Dialog title={shellTexts.search} onClose={onClose}>
      <input
        type="text"
        data-choice
        aria-label={paletteTexts.label}
        aria-describedby={`${id}-hint`}
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        value={typed}
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => {
          walk(event)
          // What stands there may belong to what was typed before.
          if (event.key === 'Enter' && isThere && asked === typed.trim()) choose(choices[0])
        }}
        className="h-11 w-full rounded-control border border-line-strong bg-raised px-3 text-lead"
      />
      <p id={`${id}-hint`} className="mt-1 text-caption text-muted">
        {paletteTexts.hint}
      </p>
      <ul aria-label={paletteTexts.found} className="mt-2 grid max-h-96 overflow-y-auto">
        {choices.map((choice, index) => (
          <li key={`${choice.to} ${choice.id}`}>
            <button
              type="button"
              data-choice
              onClick={() => choose(choice)}
              onKeyDown={walk}
              className={
                'min-h-11 w-full rounded-control px-3 py-1.5 text-left -outline-offset-2 hover:bg-hover ' +
                (index === 0 && asked !== '' ? 'bg-hover' : '')
              }
            >
              <span className="block wrap-anywhere">{choice.title}</span>
              <span className="block text-caption wrap-anywhere text-muted">{choice.note}</span>
            </button>
          </li>
        ))}
      </ul>
      <output className={choices.length === 0 ? 'block py-6 text-center text-muted' : 'sr-only'}>
        {isThere ? paletteTexts.results(choices.length) : paletteTexts.lookingFor}
      </output>
    </Dialog>
  )
}

/** The arrows move the keyboard between the field and the choices. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step === undefined) return
  event.preventDefault()
  const all = [...document.querySelectorAll<HTMLElement>('[data-choice]')]
  all[all.indexOf(event.currentTarget) + step]?.focus()
}
