/** The red line of who looks through a user's eyes: as whom, and the way back. */

import { api } from '../data/api.ts'
import { shellTexts } from '../words/shell-texts.ts'
import { useHouse } from './house.tsx'

/** The line; it stands above everything as long as the look lasts. */
export function LookBanner() {
  const { me } = useHouse()
  const end = async (): Promise<void> => {
    await api.delete('/api/v1/look', {})
    // Whatever came of it: the next page says who is signed in.
    location.assign('/')
  }
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center justify-center gap-3 bg-danger-solid px-4 py-2 text-danger-on"
    >
      <span className="font-medium">{shellTexts.lookBanner(me.name)}</span>
      <button type="button" onClick={() => void end()} className="min-h-6 underline">
        {shellTexts.lookEnd}
      </button>
    </div>
  )
}
