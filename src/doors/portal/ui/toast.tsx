/** Short notices that an act was done or was refused; they leave by themselves and are read out. */

import { useEffect, useState, useSyncExternalStore } from 'react'
import { shellTexts } from '../words/shell-texts.ts'
import { Button } from './button.tsx'

type Notice = { readonly id: number; readonly tone: 'ok' | 'danger'; readonly text: string; readonly undo?: () => void }

const SHOWN_MS = 6000
/** Long enough to find the way back. */
const UNDO_MS = 10_000
let notices: readonly Notice[] = []
let lastId = 0
const listeners = new Set<() => void>()

function change(next: readonly Notice[]): void {
  notices = next
  for (const listener of listeners) listener()
}

/** Shows a notice; with `undo` it stays longer and offers to take back what was done. */
export function tell(tone: Notice['tone'], text: string, undo?: () => void): void {
  change([...notices.slice(-2), { id: ++lastId, tone, text, ...(undo && { undo }) }])
}

const none: readonly Notice[] = []

/** The place where notices appear; stands once in the shell. */
export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => notices,
    () => none,
  )
  return (
    <output className="pointer-events-none fixed inset-x-0 bottom-4 z-40 grid justify-items-center gap-2 px-4">
      {shown.map((notice) => (
        <Toast key={notice.id} notice={notice} />
      ))}
    </output>
  )
}

function Toast({ notice }: { notice: Notice }) {
  const [isHeld, hold] = useState(false)
  const leave = (): void => change(notices.filter((one) => one.id !== notice.id))
  const { id, undo } = notice
  useEffect(() => {
    if (isHeld) return undefined
    const timer = setTimeout(() => change(notices.filter((one) => one.id !== id)), undo ? UNDO_MS : SHOWN_MS)
    return () => clearTimeout(timer)
  }, [isHeld, id, undo])
  return (
    <div
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
      onFocus={() => hold(true)}
      onBlur={() => hold(false)}
      className="pointer-events-auto flex max-w-lg items-center gap-3 rounded-panel bg-raised px-4 py-2.5 shadow-popup"
    >
      <span className={notice.tone === 'danger' ? 'text-danger' : 'text-ink'}>{notice.text}</span>
      {undo && (
        <Button
          size="small"
          onClick={() => {
            leave()
            undo()
          }}
        >
          {shellTexts.undo}
        </Button>
      )}
      <Button look="quiet" size="small" icon="cross" aria-label={shellTexts.dismiss} onClick={leave} />
    </div>
  )
}
