/** Tells the layer above about every message, with the Call-ID by which a ladder is put together. */

import type { Flow } from '../transport/index.ts'
import type { LegId, SipEvents } from './endpoint.ts'

export type Trace = (direction: 'in' | 'out', bytes: Buffer, text: string | undefined, flow: Flow) => void

/** The Call-ID of a raw message without parsing it; '' when it is not to be found. */
function callIdIn(text: string): string {
  for (const name of ['\nCall-ID:', '\ni:', '\nCall-Id:', '\ncall-id:']) {
    const at = text.indexOf(name)
    if (at < 0) continue
    const end = text.indexOf('\n', at + name.length)
    return text.slice(at + name.length, end < 0 ? undefined : end).trim()
  }
  return ''
}

/** A tracer, or undefined when nobody listens: then a message costs nothing here. */
export function createTrace(stack: {
  readonly events: SipEvents
  readonly byCallId: ReadonlyMap<string, LegId>
}): Trace | undefined {
  const { onTrace } = stack.events
  if (!onTrace) return undefined
  return (direction, bytes, text, flow) => {
    const callId = callIdIn(text ?? bytes.toString('latin1'))
    onTrace.call(stack.events, direction, bytes, flow, stack.byCallId.get(callId), callId)
  }
}
