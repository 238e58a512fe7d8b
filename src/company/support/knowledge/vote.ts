/**
 * "Was this article helpful?": yes and no have their answers, a text sent with a no becomes a task of the editors, and
 * whoever wrote it is told when it is done. One vote for each reader and version; it may be changed.
 */

import { createHash } from 'node:crypto'
import { newId, type Clock } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { writeEvents } from '../../../platform/jobs/index.ts'
import type { WholeArticle } from './search-articles.ts'

/** The words of the knowledge base. */
export const voteAnswers = {
  question: 'Was this article helpful?',
  yes: { head: 'That’s Great!', text: 'Thank you for your feedback' },
  no: { head: "Sorry! We couldn't be helpful", text: 'Thank you for your feedback' },
  sent: { head: 'Feedback sent', text: 'We appreciate your effort and will try to fix the article' },
} as const

export type Vote = {
  /** Names the reader: a login, or a mark in a browser. */
  readonly reader: string
  readonly helpful: boolean
  readonly comment: string
  readonly email: string
}

/** Keeps a vote; with a comment beside a no, a task as well. Returns which answer the reader gets. */
export async function castVote(
  tx: Tx,
  clock: Clock,
  article: WholeArticle,
  { reader, helpful, comment, email }: Vote,
): Promise<'yes' | 'no' | 'sent'> {
  const now = clock.now()
  const hash = createHash('sha256').update(reader).digest()
  const { tenantId, articleId, versionId } = article
  const [vote] = await tx<{ id: string }[]>`
    insert into kb_vote (id, tenant_id, article_id, version_id, reader, helpful, comment, voted_at)
    values (${newId(clock)}, ${tenantId}, ${articleId}, ${versionId}, ${hash}, ${helpful}, ${comment}, ${now})
    on conflict (version_id, reader) do update
    set helpful = excluded.helpful, voted_at = excluded.voted_at,
        comment = case when excluded.comment = '' then kb_vote.comment else excluded.comment end
    returning id`
  if (helpful) return 'yes'
  if (comment === '') return 'no'
  await tx`
    insert into kb_task (id, tenant_id, article_id, vote_id, comment, reader_email, created_at)
    values (${newId(clock)}, ${tenantId}, ${articleId}, ${vote!.id}, ${comment}, ${email}, ${now})
    on conflict (vote_id) do update set comment = excluded.comment, done_at = null, done_by = null`
  await writeEvents(tx, clock, [{ tenantId, topic: 'article.missed', payload: { slug: article.slug } }])
  return 'sent'
}

/** How helpful an article is at least, by its votes: the lower bound of Wilson's interval (95 %). */
export function helpfulness(yes: number, all: number): number {
  if (all === 0) return 0
  const z = 1.96
  const share = yes / all
  const middle = share + (z * z) / (2 * all)
  const spread = z * Math.sqrt((share * (1 - share) + (z * z) / (4 * all)) / all)
  return (middle - spread) / (1 + (z * z) / all)
}
