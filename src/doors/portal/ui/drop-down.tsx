/** A button with a panel below it, closed by Escape, by a click elsewhere and by leaving it with the keyboard. */

import { useEffect, useId, useState, type ReactNode } from 'react'
import { buttonClass } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'

type DropDownProps = {
  readonly label: ReactNode
  readonly icon?: IconName
  /** Says more than the label, for screen readers. */
  readonly name?: string
  readonly side?: 'start' | 'end'
  /** The panel; `close` takes it away. */
  readonly children: (close: () => void) => ReactNode
}

/** The button and its panel. */
export function DropDown({ label, icon, name, side = 'start', children }: DropDownProps) {
  const id = useId()
  const [isOpen, open] = useState(false)
  useEffect(() => {
    if (!isOpen) return undefined
    const leave = ({ target }: Event): void => {
      if (!document.getElementById(id)?.contains(target as Node)) open(false)
    }
    const escape = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return
      event.stopPropagation()
      closePanel(id, open)
    }
    document.addEventListener('pointerdown', leave)
    document.addEventListener('focusin', leave)
    document.addEventListener('keydown', escape, true)
    return () => {
      document.removeEventListener('pointerdown', leave)
      document.removeEventListener('focusin', leave)
      document.removeEventListener('keydown', escape, true)
    }
  }, [isOpen, id])
  return (
    <div id={id} className="relative">
      <button
        type="button"
        aria-label={name}
        aria-expanded={isOpen}
        className={buttonClass('plain', 'small')}
        onClick={() => open(!isOpen)}
      >
        {icon && <Icon name={icon} />}
        {label}
      </button>
      {isOpen && (
        <div
          className={
            'absolute top-full z-20 mt-1 grid w-64 max-w-[calc(100vw-2rem)] gap-0.5 rounded-panel bg-raised p-1.5 ' +
            `shadow-popup ${side === 'end' ? 'right-0' : 'left-0'}`
          }
        >
          {children(() => closePanel(id, open))}
        </div>
      )}
    </div>
  )
}

/** The focus goes back to where the panel was opened. */
function closePanel(id: string, open: (isOpen: boolean) => void): void {
  open(false)
  document.getElementById(id)?.querySelector('button')?.focus()
}

const row =
  'flex min-h-9 w-full items-center gap-2 rounded-control px-2.5 py-1 text-left hover:bg-hover pointer-coarse:min-h-11'

/** A row of a panel that does something. */
export function DropDownAct(props: { readonly onClick: () => void; readonly children: ReactNode }) {
  return (
    <button type="button" className={row} onClick={props.onClick}>
      {props.children}
    </button>
  )
}

type CheckProps = {
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
  readonly children: ReactNode
}

/** A row of a panel that is on or off. */
export function DropDownCheck({ isOn, onChange, children }: CheckProps) {
  return (
    <label className={`${row} cursor-pointer`}>
      <input
        type="checkbox"
        className="size-4 accent-(--accent-solid)"
        checked={isOn}
        onChange={(event) => onChange(event.target.checked)}
      />
      {children}
    </label>
  )
}
