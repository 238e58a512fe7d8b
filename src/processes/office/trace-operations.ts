/** The SIP messages of a call: drawn, and as a capture. Who sees them is written down each time. */

import { z } from 'zod'
import { defineOperations, file, instant } from '../../platform/http/index.ts'

const arrow = z.object({
  at: instant,
  /** Milliseconds since the first message. */
  afterMs: z.number(),
  /** Positions in `parties`. */
  from: z.int(),
  to: z.int(),
  protocol: z.string(),
  /** Position in `legs`. */
  leg: z.int(),
  /** `INVITE`, or `180 Ringing`. */
  label: z.string(),
  method: z.string(),
  status: z.int().nullable(),
  cseq: z.int(),
  hasSdp: z.boolean(),
  /** The same message went the same way before. */
  isRepeated: z.boolean(),
  /** The message; passwords, keys, pressed digits and texts in it are covered. */
  text: z.string(),
})

const ladder = z.object({
  callId: z.string(),
  parties: z.array(z.object({ name: z.string(), isUs: z.boolean() })),
  /** SIP Call-IDs. */
  legs: z.array(z.string()),
  arrows: z.array(arrow),
  /** There are more messages than these, or legs that belong to somebody else. */
  isPartial: z.boolean(),
})

/** The id of a call or of one of its records; for staff also a SIP Call-ID. */
const params = z.object({ id: z.string().min(1).max(300) })

export const traceOperations = defineOperations({
  readLadder: {
    method: 'GET',
    path: '/api/v1/calls/{id}/ladder',
    summary: 'The SIP messages of a call as a ladder; others than staff see the legs of their own customers',
    permission: 'traces.read',
    audit: 'read',
    params,
    output: ladder,
    failures: { 'office.no_trace': 404 },
  },
  downloadPcap: {
    method: 'GET',
    path: '/api/v1/calls/{id}/pcap',
    summary: 'The SIP messages of a call as a capture for Wireshark',
    permission: 'traces.read',
    audit: 'read',
    params,
    output: file('application/vnd.tcpdump.pcap', 'The messages as packets, the oldest first'),
    failures: { 'office.no_trace': 404 },
  },
})
