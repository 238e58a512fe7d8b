/** The menu of the account: who is signed in, the theme, the sessions, the way out. A native popover, no script. */

import { useState } from 'react'
import { Icon } from '../ui/icon.tsx'
import { words } from '../ui/call-words.tsx'
import { useHouse } from './house.tsx'
import { NavLink } from './nav-link.tsx'

const themes = [
  { id: 'system', label: 'System' },
  { id: 'light', label: 'Light' },
  { id: 'dark', label: 'Dark' },
] as const

type ThemeId = (typeof themes)[number]['id']

function currentTheme(): ThemeId {
  if (typeof document === 'undefined') return 'system'
  const chosen = document.documentElement.dataset['theme']
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system'
}

/** Applies a theme at once and for the next pages: the server reads the cookie, so nothing flashes. */
function chooseTheme(id: ThemeId): void {
  if (id === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = id
  document.cookie = `theme=${id}; path=/; max-age=31536000; samesite=lax`
}

const row = 'flex h-9 w-full items-center rounded-control px-3 hover:bg-hover pointer-coarse:h-11'

/** The button in the head of the page and what it opens. */
export function AccountMenu() {
  const { me } = useHouse()
  return (
    <div className="relative">
      <button
        type="button"
        popoverTarget="account"
        className="flex h-9 items-center gap-2 rounded-control px-2 hover:bg-hover"
      >
        <span className="grid size-7 place-items-center rounded-full bg-accent-soft text-accent-text">
          <Icon name="user" />
        </span>
        <span className="max-w-40 truncate max-md:sr-only">{me.name}</span>
        <span className="sr-only">Account menu</span>
      </button>
      <div
        id="account"
        popover="auto"
        className={
          'fixed inset-auto top-13 right-4 m-0 w-64 rounded-panel bg-raised p-1.5 text-ink shadow-popup ' +
          'not-open:hidden'
        }
      >
        <p className="px-3 pt-2 font-medium">{me.name}</p>
        <p className="px-3 pb-2 text-caption text-muted">
          {words(me.role)} · {me.zone}
        </p>
        <ThemeChoice />
        <NavLink to="/account/sessions" isCurrent={false} className={row}>
          My sessions
        </NavLink>
        <form method="post" action="/sign-out">
          <button className={row}>Sign out</button>
        </form>
      </div>
    </div>
  )
}

function ThemeChoice() {
  const [theme, setTheme] = useState<ThemeId>(currentTheme)
  return (
    <fieldset className="mb-1.5 border-y border-line px-3 py-2.5">
      <legend className="sr-only">Theme</legend>
      <div className="grid grid-cols-3 rounded-control bg-hover p-0.5">
        {themes.map(({ id, label }) => (
          <label
            key={id}
            className={
              'flex h-8 cursor-pointer items-center justify-center rounded-control text-table text-muted ' +
              'has-checked:bg-segment has-checked:font-medium has-checked:text-ink has-checked:shadow-raised ' +
              'has-focus-visible:outline-2 has-focus-visible:outline-accent-ring'
            }
          >
            <input
              type="radio"
              name="theme"
              className="sr-only"
              checked={theme === id}
              onChange={() => {
                chooseTheme(id)
                setTheme(id)
              }}
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
