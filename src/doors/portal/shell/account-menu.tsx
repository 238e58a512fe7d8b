/** The menu of the account: a native popover, whose contents are fetched when somebody is about to open it. */

import { lazy, Suspense, useState } from 'react'
import { Icon } from '../ui/icon.tsx'
import { shellTexts } from '../words/shell-texts.ts'
import { useHouse } from './house.tsx'

const AccountPanel = lazy(async () => ({ default: (await import('./account-panel.tsx')).AccountPanel }))

/** The button in the head of the page and what it opens. */
export function AccountMenu() {
  const { me } = useHouse()
  const [isNear, beNear] = useState(false)
  const near = (): void => beNear(true)
  return (
    <div className="relative">
      <button
        type="button"
        popoverTarget="account"
        onPointerEnter={near}
        onFocus={near}
        onClick={near}
        className="flex h-9 items-center gap-2 rounded-control px-2 hover:bg-hover"
      >
        <span className="grid size-7 place-items-center rounded-full bg-accent-soft text-accent-text">
          <Icon name="user" />
        </span>
        <span className="max-w-40 truncate max-md:sr-only">{me.name}</span>
        <span className="sr-only">{shellTexts.accountMenu}</span>
      </button>
      <div
        id="account"
        popover="auto"
        className={
          'fixed inset-auto top-13 right-4 m-0 w-64 rounded-panel bg-raised p-1.5 text-ink shadow-popup ' +
          'not-open:hidden'
        }
      >
        {isNear && (
          <Suspense>
            <AccountPanel />
          </Suspense>
        )}
      </div>
    </div>
  )
}
