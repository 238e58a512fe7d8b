/** The SIP messages of a call as a ladder: a picture to the eye, a list of sentences to a screen reader. */

import { useQuery } from '../data/query.ts'
import { useState } from 'react'
import { captureFile, ladderRead, type Arrow, type Ladder } from '../data/ladder.ts'
import { callPageTexts } from './call/page-texts.ts'
import { useHouse } from '../shell/house.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { FailureState, Skeleton } from '../ui/panel.tsx'

/** A button, and after it the ladder. */
export function CallLadder({ id, isOpen = false }: { readonly id: string; readonly isOpen?: boolean }) {
  const [isAsked, ask] = useState(isOpen)
  const ladder = useQuery({ ...ladderRead(id), enabled: isAsked })
  return (
    <section className="rounded-panel border border-line p-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-semibold">{callPageTexts.ladder}</h2>
        {!isAsked && (
          <Button size="small" onClick={() => ask(true)}>
            Show the ladder
          </Button>
        )}
        {ladder.data && (
          <a href={captureFile(id)} download className={buttonClass('plain', 'small')}>
            <Icon name="download" />
            Download PCAP
          </a>
        )}
      </div>
      {isAsked &&
        (ladder.data ? (
          <Drawing ladder={ladder.data} />
        ) : ladder.data === null ? (
          <p className="mt-2 text-muted">No SIP messages of this call are kept.</p>
        ) : ladder.error ? (
          <FailureState message={ladder.error.message} onRetry={() => void ladder.refetch()} />
        ) : (
          <Skeleton lines={6} />
        ))}
    </section>
  )
}

function Drawing({ ladder }: { ladder: Ladder }) {
  const { brand } = useHouse()
  const names = ladder.parties.map((party) => (party.isUs ? brand.name : party.name))
  return (
    <div className="mt-3">
      <p className="text-caption text-muted">
        Seconds since the first message. Choose a message to read it; passwords and keys in it are covered.
        {ladder.isPartial && ' Some messages of this call are not shown.'}
      </p>
      <div aria-hidden="true" className="mt-3 flex gap-2 border-b border-line pb-1.5">
        <span className="w-11 shrink-0" />
        <div className="flex min-w-0 flex-1">
          {names.map((name) => (
            <span key={name} className="min-w-0 flex-1 px-0.5 text-center text-caption font-medium wrap-anywhere">
              {name}
            </span>
          ))}
        </div>
      </div>
      <ol aria-label="SIP messages, the first first">
        {ladder.arrows.map((arrow, at) => (
          // Messages have no name of their own, and their order does not change.
          <li key={at}>
            <Message arrow={arrow} names={names} />
          </li>
        ))}
      </ol>
    </div>
  )
}

const secondsOf = ({ afterMs }: Arrow): string => (afterMs / 1000).toFixed(3)

const raw =
  'my-1 rounded-control border border-line bg-surface p-3 font-mono text-caption whitespace-pre-wrap wrap-anywhere'

/** One message: closed an arrow, open its text. */
function Message({ arrow, names }: { arrow: Arrow; names: readonly string[] }) {
  const [isOpen, setOpen] = useState(false)
  const also = [arrow.hasSdp && 'with SDP', arrow.isRepeated && 'sent again'].filter(Boolean)
  const answers = arrow.status === null ? '' : ` to ${arrow.method}`
  const sentence =
    `After ${secondsOf(arrow)} s, ${names[arrow.from]} to ${names[arrow.to]}: ` +
    [`${arrow.label}${answers}`, ...also].join(', ')
  return (
    <>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex w-full gap-2 rounded-control text-left hover:bg-hover pointer-coarse:min-h-11"
      >
        <span className="sr-only">{sentence}</span>
        <span aria-hidden="true" className="w-11 shrink-0 self-center text-right font-mono text-caption text-muted">
          {secondsOf(arrow)}
        </span>
        <Lanes arrow={arrow} count={names.length} />
      </button>
      {isOpen && <pre className={raw}>{arrow.text.trimEnd()}</pre>}
    </>
  )
}

const tones = { request: 'text-accent-text', answer: 'text-ink', refusal: 'text-danger' } as const

function toneOf({ status }: Arrow): keyof typeof tones {
  return status === null ? 'request' : status >= 400 ? 'refusal' : 'answer'
}

function Lanes({ arrow, count }: { arrow: Arrow; count: number }) {
  const centre = (lane: number): number => ((lane + 0.5) / count) * 100
  const left = Math.min(centre(arrow.from), centre(arrow.to))
  const right = Math.max(centre(arrow.from), centre(arrow.to))
  const isRightward = arrow.to > arrow.from
  return (
    <span aria-hidden="true" className={`relative block min-h-11 min-w-0 flex-1 ${tones[toneOf(arrow)]}`}>
      {Array.from({ length: count }, (_, lane) => (
        <span key={lane} className="absolute inset-y-0 border-l border-line" style={{ left: `${centre(lane)}%` }} />
      ))}
      <span
        className="absolute top-2 -translate-x-1/2 bg-raised px-1 text-caption font-medium whitespace-nowrap"
        style={{ left: `${(left + right) / 2}%` }}
      >
        {arrow.label}
        {arrow.hasSdp && <span className="font-normal text-muted"> SDP</span>}
        {arrow.isRepeated && <span className="font-normal text-muted"> again</span>}
      </span>
      <span
        className={`absolute top-8 border-t border-current ${arrow.isRepeated ? 'border-dashed' : ''}`}
        style={{ left: `${left}%`, width: `${right - left}%` }}
      >
        <span
          className={`absolute -top-[4.5px] size-2 border-t border-current ${
            isRightward ? 'right-0 rotate-45 border-r' : 'left-0 -rotate-45 border-l'
          }`}
        />
      </span>
    </span>
  )
}
