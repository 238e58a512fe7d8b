/** The first frame of each side: who it is, and that both speak the same language. */

import type { Frame } from './frame.ts'

/** Changes whenever frames change, so that processes of two builds part instead of misunderstanding each other. */
const PROTOCOL = 'dialhouse-bus-1'

const namePattern = /^[a-z][a-z0-9-]{0,31}$/

/** Whether a text can name a process on the bus, and so a socket file. */
export function isPeerName(name: string): boolean {
  return namePattern.test(name)
}

/** The first frame that a process sends on a connection. */
export function helloFrame(name: string): Frame {
  return { kind: 'hello', id: 0, topic: PROTOCOL, body: name }
}

/** The name said in a first frame; undefined when it is no hello of this protocol. */
export function helloName(frame: Frame): string | undefined {
  const { kind, topic, body } = frame
  return kind === 'hello' && topic === PROTOCOL && typeof body === 'string' && isPeerName(body) ? body : undefined
}

/** Whether a first frame comes from `peer`. */
export function isHelloOf(frame: Frame, peer: string): boolean {
  return helloName(frame) === peer
}
