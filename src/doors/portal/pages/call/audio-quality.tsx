/** How each side of a call sounded, as far as packets tell it. */

import type { CallContext } from '../../data/explanation.ts'
import { EmptyState, Panel } from '../../ui/panel.tsx'
import { StatusChip, type Tone } from '../../ui/status.tsx'
import { callPageTexts } from './page-texts.ts'

type Heard = CallContext['heard'][number]

/** Good from 4.0, poor below 3.5: the seeds' recommended network never falls below good. */
const GOOD = 400
const FAIR = 350

function verdictOf({ mosHundredths }: Heard): { readonly word: string; readonly tone: Tone } {
  if (mosHundredths === null) return { word: callPageTexts.nothingHeard, tone: 'danger' }
  if (mosHundredths >= GOOD) return { word: callPageTexts.good, tone: 'ok' }
  return mosHundredths >= FAIR
    ? { word: callPageTexts.fair, tone: 'warn' }
    : { word: callPageTexts.poor, tone: 'danger' }
}

/** The table of the sides; a page without audio says so. */
export function AudioQuality({ heard }: { readonly heard: CallContext['heard'] }) {
  if (heard.length === 0) return <EmptyState title={callPageTexts.noAudio} />
  const heads = ['side', 'mos', 'loss', 'jitter', 'packets', 'codec'] as const
  // A phone has no room for the last two.
  const isWide = (head: (typeof heads)[number]): boolean => head === 'packets' || head === 'codec'
  return (
    <Panel>
      <div className="px-4 pt-1">
        <table className="w-full text-table">
          <caption className="sr-only">{callPageTexts.audio}</caption>
          <thead>
            <tr className="border-b border-line text-left text-muted">
              {heads.map((head) => (
                <th
                  key={head}
                  scope="col"
                  className={`py-2 pr-4 font-medium whitespace-nowrap ${isWide(head) ? 'max-sm:hidden' : ''}`}
                >
                  {callPageTexts[head]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {heard.map((one, at) => (
              <Side key={`${one.side} ${at}`} heard={one} />
            ))}
          </tbody>
        </table>
      </div>
      <p className="px-4 py-3 text-caption text-muted">{callPageTexts.audioNote}</p>
    </Panel>
  )
}

function Side({ heard }: { readonly heard: Heard }) {
  const { word, tone } = verdictOf(heard)
  const { mosHundredths, lossBasisPoints, jitterMs, packets, codec } = heard
  return (
    <tr className="border-b border-line last:border-0">
      <th scope="row" className="py-2 pr-4 text-left font-medium">
        {callPageTexts[heard.side]}
      </th>
      <td className="py-2 pr-4 whitespace-nowrap">
        {mosHundredths !== null && <span className="mr-2">{(mosHundredths / 100).toFixed(2)}</span>}
        <StatusChip tone={tone}>{word}</StatusChip>
      </td>
      <td className="py-2 pr-4 whitespace-nowrap">{(lossBasisPoints / 100).toFixed(2)} %</td>
      <td className="py-2 pr-4 whitespace-nowrap">{jitterMs.toFixed(1)} ms</td>
      <td className="py-2 pr-4 max-sm:hidden">{packets}</td>
      <td className="py-2 pr-4 max-sm:hidden">{codec ?? '–'}</td>
    </tr>
  )
}
