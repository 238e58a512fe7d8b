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
import { useHouse } from './house.tsx'
import { sectionsOf } from './navigation.ts'

type Choice = { readonly id: string; readonly title: string; readonly note: string; readonly to: string }

const RECENT = 'recent-searches'
const RECENT_MAX = 6

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

/** The palette, open. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const { me, at, warm } = useHouse()
  const [, navigate] = useLocation()
  const id = useId()
  const [typed, type] = useState('')
  const [marked, mark] = useState(0)
  const asked = useDeferredValue(typed.trim())
  const isAsked = asked.length >= SEARCH_MIN
  const found = useQuery({ ...searchRead(asked), enabled: isAsked, placeholderData: keepPreviousData })
  const pages = sectionsOf(me).flatMap((section) =>
    section.pages.map(({ path, word }): Choice => {
      const note = section.word === word ? '' : menuTexts[section.word]
      return { id: path, title: menuTexts[word], note: `${paletteTexts.go} ${note}`.trim(), to: path }
    }),
  )
  const fits = ({ title }: Choice): boolean => title.toLowerCase().includes(asked.toLowerCase())
  const things = (isAsked ? (found.data?.items ?? []) : []).map((thing): Choice => {
    const when = thing.at === null ? '' : formatInstant(thing.at, me.zone, at)
    const note = [paletteTexts[thing.kind], thing.note.trim(), when].filter(Boolean).join(' · ')
    return { id: thing.id, title: thing.title, note, to: pathOf(thing) }
  })
  const choices = asked === '' ? [...recentChoices(), ...pages].slice(0, 12) : [...things, ...pages.filter(fits)]
  const current = Math.min(marked, choices.length - 1)
  const choose = (choice: Choice | undefined): void => {
    if (!choice) return
    remember(choice)
    onClose()
    navigate(choice.to)
  }
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      const next = (current + step + choices.length) % Math.max(1, choices.length)
      mark(next)
      if (choices[next]) warm(choices[next].to)
    }
    if (event.key === 'Enter') choose(choices[current])
  }
  const status = !isAsked || found.data ? paletteTexts.results(choices.length) : paletteTexts.lookingFor
  return (
    <Dialog title={paletteTexts.label} onClose={onClose}>
      <input
        type="text"
        role="combobox"
        aria-label={paletteTexts.label}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={choices.length > 0 ? `${id}-${current}` : undefined}
        aria-describedby={`${id}-hint`}
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        value={typed}
        onChange={(event) => {
          type(event.target.value)
          mark(0)
        }}
        onKeyDown={onKey}
        className="h-11 w-full rounded-control border border-line-strong bg-raised px-3 text-lead"
      />
      <p id={`${id}-hint`} className="mt-1 text-caption text-muted">
        {paletteTexts.hint}
      </p>
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label={asked === '' ? paletteTexts.recent : paletteTexts.results(choices.length)}
        className="mt-2 grid max-h-96 overflow-y-auto"
      >
        {choices.map((choice, index) => (
          <Row
            key={`${choice.to} ${choice.id}`}
            id={`${id}-${index}`}
            choice={choice}
            isCurrent={index === current}
            onChoose={() => choose(choice)}
          />
        ))}
      </ul>
      <output className="sr-only">{status}</output>
      {choices.length === 0 && <p className="py-6 text-center text-muted">{paletteTexts.nothing}</p>}
    </Dialog>
  )
}

type RowProps = {
  readonly id: string
  readonly choice: Choice
  readonly isCurrent: boolean
  readonly onChoose: () => void
}

/** The keyboard stays in the field: rows are chosen from there, or by a click. */
function Row({ id, choice, isCurrent, onChoose }: RowProps) {
  return (
    <li
      id={id}
      role="option"
      aria-selected={isCurrent}
      onClick={onChoose}
      className={`min-h-11 cursor-pointer rounded-control px-3 py-1.5 ${isCurrent ? 'bg-hover' : ''}`}
    >
      <span className="block wrap-anywhere">{choice.title}</span>
      <span className="block text-caption wrap-anywhere text-muted">{choice.note}</span>
    </li>
  )
}
