/** Phone System > Messages: what callers left in mailboxes, heard in the browser. */

import { useState } from 'react'
import { api } from '../data/api.ts'
import { changed } from '../data/company.ts'
import { audioOf, messagesRead, type VoiceMessage } from '../data/messages.ts'
import { useQueryClient } from '../data/query.ts'
import { useList } from '../data/use-list.ts'
import type { PageModule } from '../shell/page-module.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Duration, InstantText, PartyText } from '../ui/figures.tsx'
import { EmptyState, PageHead, Panel } from '../ui/panel.tsx'
import { StatusDot } from '../ui/status.tsx'
import { tell } from '../ui/toast.tsx'
import { oncePerLanguage } from '../words/language.ts'
import { menuTexts } from '../words/menu-texts.ts'
import { messagesTexts } from './messages-texts.ts'

export const title = (): string => menuTexts.messages

/** The first rows. */
export const firstReads: PageModule['firstReads'] = () => [messagesRead().queryKey[0]]

const columns = oncePerLanguage((): readonly Column<VoiceMessage>[] => [
  {
    id: 'from',
    head: messagesTexts.caller,
    phone: 'title',
    cell: ({ fromNumber, fromName }) => <PartyText number={fromNumber} name={fromName} />,
  },
  { id: 'mailbox', head: messagesTexts.mailbox, phone: 'note', cell: ({ extension }) => extension },
  { id: 'left', head: messagesTexts.when, phone: 'aside', cell: ({ leftAt }) => <InstantText iso={leftAt} /> },
  {
    id: 'length',
    head: messagesTexts.length,
    align: 'end',
    phone: 'value',
    cell: ({ durationMs }) => <Duration seconds={Math.round(durationMs / 1000)} />,
  },
  {
    id: 'state',
    head: messagesTexts.state,
    cell: ({ heardAt }) => (
      <StatusDot tone={heardAt === null ? 'info' : 'neutral'}>
        {heardAt === null ? messagesTexts.fresh : messagesTexts.heard}
      </StatusDot>
    ),
  },
])

/** Who left it, as its buttons say. */
function callerOf({ fromName, fromNumber }: VoiceMessage): string {
  return fromName || fromNumber
}

/** The page. */
export function Page() {
  const client = useQueryClient()
  const messages = useList(messagesRead())
  const [playing, play] = useState<VoiceMessage>()
  const [leaving, leave] = useState<VoiceMessage>()
  const acts: Column<VoiceMessage> = {
    id: 'acts',
    head: '',
    align: 'end',
    cell: (message) => (
      <span className="inline-flex gap-2 max-md:py-1">
        <Button size="small" aria-label={`${messagesTexts.listen}: ${callerOf(message)}`} onClick={() => play(message)}>
          {messagesTexts.listen}
        </Button>
        <Button
          size="small"
          aria-label={`${messagesTexts.remove}: ${callerOf(message)}`}
          onClick={() => leave(message)}
        >
          {messagesTexts.remove}
        </Button>
      </span>
    ),
  }
  const refresh = (): Promise<void> => changed(client, '/api/v1/messages')
  return (
    <>
      <PageHead title={title()} note={messagesTexts.note} />
      {playing && <Player message={playing} onPlay={() => void refresh()} />}
      <Panel>
        <DataTable
          {...messages}
          caption={title()}
          columns={[...columns(), acts]}
          idOf={(message) => message.id}
          empty={<EmptyState title={messagesTexts.empty}>{messagesTexts.emptyHint}</EmptyState>}
        />
      </Panel>
      {leaving && (
        <DeleteMessage
          message={leaving}
          onClose={() => leave(undefined)}
          onDone={() => {
            if (playing?.id === leaving.id) play(undefined)
            leave(undefined)
            return refresh()
          }}
        />
      )}
    </>
  )
}

function Player({ message, onPlay }: { message: VoiceMessage; onPlay: () => void }) {
  const name = messagesTexts.listenTo(callerOf(message))
  return (
    <Panel title={name}>
      <audio
        key={message.id}
        className="w-full"
        controls
        autoPlay
        src={audioOf(message)}
        aria-label={name}
        onPlay={onPlay}
      >
        {/* Nobody wrote down what was said. */}
        <track kind="captions" />
      </audio>
    </Panel>
  )
}

type DeleteMessageProps = {
  readonly message: VoiceMessage
  readonly onClose: () => void
  readonly onDone: () => Promise<void>
}

function DeleteMessage({ message, onClose, onDone }: DeleteMessageProps) {
  return (
    <ConfirmDialog
      title={messagesTexts.deleteOf(callerOf(message))}
      act={messagesTexts.deleteMessage}
      onClose={onClose}
      onConfirm={async () => {
        const done = await api.delete('/api/v1/messages/{id}', { params: { id: message.id } })
        if (!done.ok) return done
        tell('ok', messagesTexts.deleted)
        await onDone()
        return done
      }}
    >
      {messagesTexts.deleteNote}
    </ConfirmDialog>
  )
}
