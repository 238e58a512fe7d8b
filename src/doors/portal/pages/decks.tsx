/** Rate decks: versions with their state, upload with a preview of what would change, schedule, export. */

import { useState } from 'react'
import { api } from '../data/api.ts'
import { changed } from '../data/company.ts'
import { deckFile, decksRead, type Deck, type DeckVersion } from '../data/decks.ts'
import { useQuery, useQueryClient } from '../data/query.ts'
import { formatInstant } from '../format/time.ts'
import { useHouse } from '../shell/house.tsx'
import type { PageModule } from '../shell/page-module.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { InstantText } from '../ui/figures.tsx'
import { warmDialog } from '../ui/lazy-dialog.tsx'
import { EmptyState, FailureState, PageHead, Panel, Skeleton } from '../ui/panel.tsx'
import { StatusChip } from '../ui/status.tsx'
import { tell } from '../ui/toast.tsx'
import { decksTexts } from './decks/decks-texts.ts'
import { UploadDialog } from './decks/upload-dialog.tsx'

export const title = (): string => decksTexts.title

/** All of them. */
export const firstReads: PageModule['firstReads'] = () => [decksRead.queryKey[0]]

/** The page. */
export function Page() {
  const decks = useQuery(decksRead)
  const items = decks.data?.items
  return (
    <>
      <PageHead title={decksTexts.title} note={decksTexts.note} />
      {items && items.length > 0 ? (
        <div className="grid gap-5">
          {items.map((deck) => (
            <DeckPanel key={deck.id} deck={deck} />
          ))}
        </div>
      ) : (
        <Panel>
          {decks.error ? (
            <FailureState message={decks.error.message} onRetry={() => void decks.refetch()} />
          ) : items ? (
            <EmptyState title={decksTexts.empty} />
          ) : (
            <Skeleton lines={6} />
          )}
        </Panel>
      )}
    </>
  )
}

function DeckPanel({ deck }: { readonly deck: Deck }) {
  const { me } = useHouse()
  const [isUploading, beUploading] = useState(false)
  const [asked, ask] = useState<DeckVersion>()
  const mayWrite = me.permissions.includes('catalog.write')
  return (
    <Panel
      title={`${deck.name} (${deck.currency})`}
      aside={
        mayWrite && (
          <Button
            size="small"
            aria-label={decksTexts.uploadTo(deck.name)}
            onPointerEnter={warmDialog}
            onFocus={warmDialog}
            onClick={() => beUploading(true)}
          >
            {decksTexts.upload}
          </Button>
        )
      }
    >
      <DataTable
        caption={deck.name}
        columns={columnsOf(deck, mayWrite, ask)}
        rows={deck.versions}
        idOf={(version) => version.id}
        empty={<EmptyState title={decksTexts.empty} />}
      />
      {isUploading && <UploadDialog deck={deck} onClose={() => beUploading(false)} />}
      {asked && <ActivateDialog deck={deck} version={asked} onClose={() => ask(undefined)} />}
    </Panel>
  )
}

function columnsOf(deck: Deck, mayWrite: boolean, ask: (version: DeckVersion) => void): readonly Column<DeckVersion>[] {
  return [
    {
      id: 'number',
      head: decksTexts.version,
      phone: 'title',
      cell: ({ number }) => (
        <>
          <span className="md:hidden">{decksTexts.version} </span>
          {number}
        </>
      ),
    },
    { id: 'state', head: decksTexts.state, phone: 'value', cell: (version) => <State deck={deck} version={version} /> },
    { id: 'rows', head: decksTexts.rows, align: 'end', phone: 'aside', cell: ({ rows }) => rows },
    {
      id: 'imported',
      head: decksTexts.imported,
      phone: 'note',
      cell: ({ importedAt }) => <InstantText iso={importedAt} />,
    },
    {
      id: 'act',
      head: decksTexts.act,
      isHeadSilent: true,
      align: 'end',
      phone: 'foot',
      cell: (version) => (
        <span className="flex flex-wrap justify-end gap-1.5 max-md:justify-start">
          <a
            href={deckFile(deck.id, version.id)}
            download
            aria-label={decksTexts.exportNamed(deck.name, version.number)}
            className={buttonClass('plain', 'small')}
          >
            {decksTexts.export}
          </a>
          {mayWrite && version.id !== deck.activeVersionId && (
            <Button
              size="small"
              aria-label={decksTexts.activateNamed(version.number)}
              onPointerEnter={warmDialog}
              onClick={() => ask(version)}
            >
              {decksTexts.activate}
            </Button>
          )}
        </span>
      ),
    },
  ]
}

function State({ deck, version }: { readonly deck: Deck; readonly version: DeckVersion }) {
  const { me, at } = useHouse()
  if (version.id === deck.activeVersionId) return <StatusChip tone="ok">{decksTexts.inForce}</StatusChip>
  if (version.activatedAt !== null) return <StatusChip tone="neutral">{decksTexts.past}</StatusChip>
  if (version.activatesAt === null) return <StatusChip tone="neutral">{decksTexts.waiting}</StatusChip>
  return <StatusChip tone="info">{decksTexts.scheduled(formatInstant(version.activatesAt, me.zone, at))}</StatusChip>
}

type ActivateProps = { readonly deck: Deck; readonly version: DeckVersion; readonly onClose: () => void }

function ActivateDialog({ deck, version, onClose }: ActivateProps) {
  const client = useQueryClient()
  return (
    <ConfirmDialog
      title={decksTexts.activateTitle(deck.name, version.number)}
      act={decksTexts.activate}
      look="primary"
      onClose={onClose}
      onConfirm={async () => {
        const body = { versionId: version.id }
        const done = await api.post('/api/v1/decks/{id}/active-version', { params: { id: deck.id }, body })
        if (done.ok) {
          tell('ok', decksTexts.activated(version.number))
          await changed(client, '/api/v1/decks')
          onClose()
        }
        return done
      }}
    >
      {decksTexts.activateNote}
    </ConfirmDialog>
  )
}
