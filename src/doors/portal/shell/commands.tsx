/** The button of the search, and what its keys open. Their code is fetched when somebody is about to use it. */

import { lazy, Suspense, useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { Icon } from '../ui/icon.tsx'
import { shellTexts } from '../words/shell-texts.ts'
import { useHouse } from './house.tsx'
import { listenToKeys } from './keys.ts'

const load = () => import('./palette.tsx')
const Palette = lazy(async () => ({ default: (await load()).Palette }))
const KeySheet = lazy(async () => ({ default: (await import('./key-sheet.tsx')).KeySheet }))

/** The button in the head of the page; the search opens over the page. */
export function Commands() {
  const { me } = useHouse()
  const [, navigate] = useLocation()
  const [opened, open] = useState<'search' | 'sheet'>()
  useEffect(
    () => listenToKeys(me, { search: () => open('search'), sheet: () => open('sheet'), go: navigate }),
    [me, navigate],
  )
  const close = (): void => open(undefined)
  const warm = (): void => void load().catch(() => undefined)
  return (
    <>
      <button
        type="button"
        aria-keyshortcuts="Control+K Meta+K"
        onPointerEnter={warm}
        onFocus={warm}
        onClick={() => open('search')}
        className={
          'flex h-9 items-center gap-2 rounded-control px-2.5 text-muted hover:bg-hover hover:text-ink ' +
          'md:border md:border-line md:pr-1.5 md:pl-3'
        }
      >
        <Icon name="search" />
        <span className="max-md:sr-only">{shellTexts.search}</span>
        <kbd className="rounded border border-line px-1 font-sans text-caption max-md:hidden">Ctrl K</kbd>
      </button>
      {opened && (
        <Suspense>{opened === 'search' ? <Palette onClose={close} /> : <KeySheet onClose={close} />}</Suspense>
      )}
    </>
  )
}
