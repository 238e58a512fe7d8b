/** What the menu of the account shows: who is signed in, the theme, the language, the sessions, the way out. */

import { useState } from 'react'
import { words } from '../ui/call-words.tsx'
import { api } from '../data/api.ts'
import { settingsTexts } from '../pages/settings/settings-texts.ts'
import { currentLanguage, languageNames, type Language } from '../words/language.ts'
import { menuTexts } from '../words/menu-texts.ts'
import { shellTexts } from '../words/shell-texts.ts'
import { useHouse } from './house.tsx'
import { NavLink } from './nav-link.tsx'

const themes = [
  { id: 'system', word: 'systemTheme' },
  { id: 'light', word: 'light' },
  { id: 'dark', word: 'dark' },
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

/** The contents of the menu. */
export function AccountPanel() {
  const { me } = useHouse()
  return (
    <>
      <p className="px-3 pt-2 font-medium">{me.name}</p>
      <p className="px-3 pb-2 text-caption text-muted">
        {words(me.role)} · {me.zone}
      </p>
      {me.accountCode && (
        <p className="px-3 pb-2 text-caption text-muted">
          {settingsTexts.company.account} <span className="font-mono">{me.accountCode}</span>
        </p>
      )}
      <ThemeChoice />
      <LanguageChoice />
      <NavLink to="/account/security" isCurrent={false} className={row}>
        {menuTexts.security}
      </NavLink>
      <NavLink to="/account/sessions" isCurrent={false} className={row}>
        {menuTexts.sessions}
      </NavLink>
      <form method="post" action="/sign-out">
        <button className={row}>{shellTexts.signOut}</button>
      </form>
    </>
  )
}

function ThemeChoice() {
  const [theme, setTheme] = useState<ThemeId>(currentTheme)
  return (
    <fieldset className="border-t border-line px-3 py-2.5">
      <legend className="sr-only">{shellTexts.theme}</legend>
      <div className="grid grid-cols-3 rounded-control bg-hover p-0.5">
        {themes.map(({ id, word }) => (
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
            {shellTexts[word]}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

const locales = { en: 'en-CA', fr: 'fr-CA', es: 'es-419' } as const

/** Keeps the language with the login; the page is made again in it. */
async function chooseLanguage(language: Language): Promise<void> {
  const done = await api.patch('/api/v1/me', { body: { locale: locales[language] } })
  if (done.ok) location.reload()
}

function LanguageChoice() {
  return (
    <label className="mb-1.5 flex items-center justify-between gap-3 border-b border-line px-3 pb-2.5">
      <span className="text-table text-muted">{shellTexts.language}</span>
      <select
        value={currentLanguage()}
        onChange={(event) => void chooseLanguage(event.target.value as Language)}
        className="h-8 rounded-control border border-line-strong bg-raised px-2 text-table pointer-coarse:h-11"
      >
        {Object.entries(languageNames).map(([language, name]) => (
          <option key={language} value={language} lang={language}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
