/** Clocks and call samples of a ticket. */

import { useState } from 'react'
import type { Finding, WholeTicket } from '../../data/support.ts'
import { Button } from '../../ui/button.tsx'
import { InstantText } from '../../ui/figures.tsx'
import { EmptyState, Panel } from '../../ui/panel.tsx'
import { StatusDot } from '../../ui/status.tsx'
import { OpenCall, warmCall } from '../open-call.tsx'
import { supportTexts } from './support-texts.ts'

type ClockShown = WholeTicket['clocks'][number]

/** Every promise: what it is, when it is due, whether it was kept. */
export function TicketClocks({ clocks }: { clocks: readonly ClockShown[] }) {
  if (clocks.length === 0) {
    return (
      <Panel>
        <EmptyState title={supportTexts.noClocks} />
      </Panel>
    )
  }
  return (
    <Panel>
      <ul className="divide-y divide-line">
        {clocks.map((clock) => (
          <li
            key={`${clock.metric} ${clock.startedAt}`}
            className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3"
          >
            <span className="min-w-40 font-medium">{supportTexts.metrics[clock.metric]}</span>
            <span className="min-w-0 flex-1 text-muted">{dueOf(clock)}</span>
            <StateOf clock={clock} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function dueOf(clock: ClockShown) {
  const kind = clock.metric === 'resolution' ? supportTexts.bestEffort : supportTexts.target
  if (clock.targetSeconds === null) return `${kind}: ${supportTexts.asSoon}`
  const hours = Math.round(clock.targetSeconds / 360) / 10
  return (
    <>
      {kind} {hours} h
      {clock.dueAt && (
        <>
          {' · '}
          <InstantText iso={clock.dueAt} />
        </>
      )}
    </>
  )
}

function StateOf({ clock }: { clock: ClockShown }) {
  if (clock.breachedAt) return <StatusDot tone="danger">{supportTexts.broken}</StatusDot>
  if (clock.state === 'paused') return <StatusDot tone="neutral">{supportTexts.paused}</StatusDot>
  return clock.state === 'stopped' ? <StatusDot tone="ok">{supportTexts.kept}</StatusDot> : null
}

type Sample = WholeTicket['samples'][number]

/** The calls that the ticket is about, each with what was found out. */
export function TicketSamples({ samples }: { samples: readonly Sample[] }) {
  const [openId, open] = useState<string>()
  if (samples.length === 0) {
    return (
      <Panel>
        <EmptyState title={supportTexts.noSamples}>{supportTexts.describeHint}</EmptyState>
      </Panel>
    )
  }
  return (
    <div className="grid gap-3">
      {samples.map((sample) => (
        <Panel
          key={sample.id}
          title={`${sample.from || '?'} → ${sample.to || '?'}`}
          aside={
            <span className="inline-flex items-center gap-3">
              {sample.calledAt && <InstantText iso={sample.calledAt} />}
              {sample.cdrId !== null && (
                <Button size="small" onPointerEnter={warmCall} onFocus={warmCall} onClick={() => open(sample.cdrId!)}>
                  {supportTexts.openCall}
                </Button>
              )}
            </span>
          }
        >
          <div className="px-4 pb-4">
            <Found sample={sample} />
          </div>
        </Panel>
      ))}
      {openId !== undefined && <OpenCall id={openId} onClose={() => open(undefined)} />}
    </div>
  )
}

function Found({ sample }: { sample: Sample }) {
  const finding = sample.finding as Finding | null
  if (sample.missing.length > 0) {
    const parts = sample.missing.map((part) => supportTexts.need[part] ?? part)
    return (
      <p className="text-warn">
        {supportTexts.missing}: {parts.join(', ')}
      </p>
    )
  }
  if (!finding)
    return <p className="text-muted">{sample.cdrId === null ? supportTexts.noCall : supportTexts.looking}</p>
  return (
    <div className="grid gap-3">
      {finding.causes.length === 0 && <StatusDot tone="ok">{supportTexts.healthy}</StatusDot>}
      {finding.causes.map((cause) => (
        <div key={cause.code}>
          <p className="font-medium">{cause.sentence}</p>
          <ul className="mt-1 list-disc pl-5 text-table text-muted">
            {cause.evidence.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </div>
      ))}
      {finding.unknown.length > 0 && (
        <p className="text-table text-muted">
          {supportTexts.couldNotTell}: {finding.unknown.join(' ')}
        </p>
      )}
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-caption text-muted">
        {finding.facts.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
    </div>
  )
}
