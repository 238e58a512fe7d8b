/** One ticket: what was said, its clocks, the calls it is about with their likely causes, and what can be done. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { changed } from '../../data/company.ts'
import { ticketRead, type WholeTicket } from '../../data/support.ts'
import type { PageModule } from '../../shell/page-module.ts'
import { InstantText } from '../../ui/figures.tsx'
import { Notice } from '../../ui/notice.tsx'
import { ObjectPage } from '../../ui/object-page.tsx'
import { FailureState, PageHead, Panel, Skeleton } from '../../ui/panel.tsx'
import { Timeline, type TimelineEvent } from '../../ui/timeline.tsx'
import { supportTexts } from './support-texts.ts'
import { TicketActs } from './ticket-acts.tsx'
import { ReplyForm } from './ticket-reply.tsx'
import { TicketClocks, TicketSamples } from './ticket-parts.tsx'
import { DueText, SeverityChip, TicketStateDot } from './ticket-words.tsx'

export const title = () => supportTexts.ticket

const idOf = (path: string): string => path.split('/')[3] ?? ''

/** The ticket. */
export const firstReads: PageModule['firstReads'] = ({ path }) => [ticketRead(idOf(path)).queryKey[0]]

/** The page. */
export function Page() {
  const [path] = useLocation()
  const id = idOf(path)
  const ticket = useQuery({ ...ticketRead(id), refetchInterval: 10_000 })
  if (!ticket.data) {
    return (
      <>
        <PageHead title={supportTexts.ticket} />
        <Panel>
          {ticket.error ? (
            <FailureState message={ticket.error.message} onRetry={() => void ticket.refetch()} />
          ) : (
            <Skeleton lines={8} />
          )}
        </Panel>
      </>
    )
  }
  return <Ticket ticket={ticket.data} path={path} />
}

function Ticket({ ticket, path }: { ticket: WholeTicket; path: string }) {
  const client = useQueryClient()
  const again = () => changed(client, '/api/v1/support')
  const { entries, samples, clocks, links, attachments } = ticket
  return (
    <ObjectPage
      crumbs={[{ label: supportTexts.tickets, to: '/support/tickets' }]}
      title={ticket.subject}
      status={<SeverityChip severity={ticket.severity} />}
      note={
        <span className="inline-flex flex-wrap items-center gap-x-3">
          #{ticket.number} <TicketStateDot state={ticket.state} /> <DueText ticket={ticket} />
        </span>
      }
      actions={<TicketActs ticket={ticket} onDone={again} />}
      facts={[
        { name: supportTexts.requester, value: `${ticket.requesterName}, ${ticket.customerName}` },
        { name: supportTexts.contactNumber, value: ticket.contactNumber },
        { name: supportTexts.affected, value: ticket.affected },
        { name: supportTexts.category, value: supportTexts.categories[ticket.category] },
        { name: supportTexts.assignee, value: ticket.assigneeName },
        { name: supportTexts.workaround, value: ticket.workaround },
        { name: supportTexts.opened, value: <InstantText iso={ticket.createdAt} /> },
      ]}
      path={path}
      tabs={[
        {
          id: 'thread',
          label: supportTexts.thread,
          count: entries.length,
          content: () => <Thread ticket={ticket} again={again} />,
        },
        {
          id: 'samples',
          label: supportTexts.samples,
          count: samples.length,
          content: () => <TicketSamples samples={samples} />,
        },
        { id: 'clocks', label: supportTexts.clocks, content: () => <TicketClocks clocks={clocks} /> },
        ...(links.length + attachments.length > 0
          ? [{ id: 'more', label: supportTexts.links, count: links.length, content: () => <More ticket={ticket} /> }]
          : []),
      ]}
    />
  )
}

function Thread({ ticket, again }: { ticket: WholeTicket; again: () => Promise<void> }) {
  const [isNewer, beNewer] = useState(false)
  const missing = ticket.needs.map((need) => supportTexts.need[need] ?? need)
  return (
    <div className="grid gap-5">
      {missing.length > 0 && (
        <Notice tone="warn">
          {supportTexts.needs}: {missing.join(', ')}
        </Notice>
      )}
      {isNewer && <Notice tone="warn">{supportTexts.newer}</Notice>}
      {ticket.state !== 'merged' && ticket.state !== 'spam' && (
        <ReplyForm ticket={ticket} again={again} onStale={beNewer} />
      )}
      <Panel>
        <Timeline label={supportTexts.thread} events={ticket.entries.map(eventOf).toReversed()} />
      </Panel>
    </div>
  )
}

function eventOf(entry: WholeTicket['entries'][number]): TimelineEvent {
  const kind =
    entry.kind === 'internal'
      ? supportTexts.note
      : entry.kind === 'call'
        ? supportTexts.call
        : entry.kind === 'system' || entry.authorName === ''
          ? supportTexts.system
          : supportTexts.reply
  return {
    id: entry.id,
    at: entry.createdAt,
    title: entry.authorName === '' ? supportTexts.system : entry.authorName,
    kind,
    tone: entry.kind === 'internal' ? 'warn' : entry.byStaff ? 'ok' : entry.kind === 'system' ? 'neutral' : 'info',
    icon: entry.kind === 'call' ? 'phone' : entry.byStaff ? 'out' : 'in',
    isInternal: entry.kind === 'internal',
    children: <p className="whitespace-pre-wrap">{entry.body}</p>,
  }
}

function More({ ticket }: { ticket: WholeTicket }) {
  return (
    <Panel>
      <ul className="grid gap-2 p-4">
        {ticket.links.map((link) => (
          <li key={link.id}>
            <a href={`/support/tickets/${link.id}`} className="text-accent-text hover:underline">
              #{link.number} {link.subject}
            </a>{' '}
            <TicketStateDot state={link.state} />
          </li>
        ))}
        {ticket.attachments.map((file) => (
          <li key={file.id}>
            <a
              href={`/api/v1/support/tickets/${ticket.id}/attachments/${file.id}`}
              className="text-accent-text hover:underline"
              download
            >
              {file.name}
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
