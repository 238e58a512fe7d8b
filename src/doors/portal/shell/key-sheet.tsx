/** The sheet of keyboard shortcuts, and the switch that turns single keys off. */

import { useState } from 'react'
import { Switch } from '../ui/choice.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { paletteTexts } from '../words/palette-texts.ts'
import { useHouse } from './house.tsx'
import { KEYS_OFF, pageKeys } from './keys.ts'
import { sectionsOf } from './navigation.ts'

/** The sheet, open. */
export function KeySheet({ onClose }: { readonly onClose: () => void }) {
  const { me } = useHouse()
  const [isOn, turn] = useState(() => !localStorage.getItem(KEYS_OFF))
  const pages = new Map(sectionsOf(me).flatMap(({ pages: all }) => all.map(({ path, word }) => [path, word])))
  const keys: readonly (readonly [string, string])[] = [
    ['Ctrl K', paletteTexts.openPalette],
    ['/', paletteTexts.toFilter],
    ['j k', paletteTexts.rows],
    ['x', paletteTexts.select],
    ['Esc', paletteTexts.topLayer],
    ['?', paletteTexts.showSheet],
    ...[...pageKeys(me)].map(([key, path]) => {
      const word = pages.get(path)!
      return [`g ${key}`, `${paletteTexts.go} ${menuTexts[word]}`] as const
    }),
  ]
  const toggle = (next: boolean): void => {
    if (next) localStorage.removeItem(KEYS_OFF)
    else localStorage.setItem(KEYS_OFF, 'off')
    turn(next)
  }
  return (
    <Dialog title={paletteTexts.sheet} onClose={onClose}>
      <Switch label={paletteTexts.off} isOn={isOn} onChange={toggle} />
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
        {keys.map(([key, act]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="rounded border border-line bg-surface px-1.5 py-0.5 font-mono text-caption">{key}</kbd>
            </dt>
            <dd>{act}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
