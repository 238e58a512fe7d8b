/** Reads an act from a form of the demo page; a form that was not ours is refused. */

import { z } from 'zod'
import type { WorldAct } from '../topics.ts'

const callKind = z.enum(['internal', 'domestic', 'international', 'inbound'])
const acts = {
  startCalls: z.object({
    count: z.coerce.number().int().min(1).max(100),
    callKind: z.union([callKind, z.literal('').transform(() => undefined)]).optional(),
  }),
  stopCalls: z.object({}),
  trickle: z.object({ on: z.string().transform((text) => text === 'yes') }),
  carrier: z.object({ carrier: z.enum(['a', 'b']), state: z.enum(['working', 'refusing', 'silent']) }),
  playMonth: z.object({}),
  emergency: z.object({}),
  crash: z.object({ process: z.string().regex(/^[a-z0-9-]{1,32}$/) }),
} as const

/** The act of a form, or undefined. */
export function readAct(kind: string, fields: Readonly<Record<string, string>>): WorldAct | undefined {
  if (!Object.hasOwn(acts, kind)) return undefined
  const parsed = acts[kind as keyof typeof acts].safeParse(fields)
  return parsed.success ? ({ kind, ...parsed.data } as WorldAct) : undefined
}
