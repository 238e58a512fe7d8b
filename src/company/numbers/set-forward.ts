/** Sets where the calls of an extension go on to. */

import { ok, type Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { forwardsToItself, noSuchExtension, type ForwardFailure } from './errors.ts'
import type { ForwardRules } from './extensions.ts'

/** Replaces all rules of an extension in scope; each call that goes on is a call of this extension. */
export async function setForward(
  tx: Tx,
  { extensionId, forward }: { readonly extensionId: string; readonly forward: ForwardRules },
): Promise<Result<{ id: string }, ForwardFailure>> {
  const [extension] = await tx<{ number: string }[]>`
    select number from extension where id = ${extensionId} and status = 'active' for update`
  if (!extension) return noSuchExtension
  const { always, busy, noAnswer, afterSeconds } = forward
  if ([always, busy, noAnswer].includes(extension.number)) return forwardsToItself
  await tx`
    update extension set forward_always = ${always}, forward_busy = ${busy}, forward_no_answer = ${noAnswer},
                         forward_after_seconds = ${afterSeconds}
    where id = ${extensionId}`
  return ok({ id: extensionId })
}
