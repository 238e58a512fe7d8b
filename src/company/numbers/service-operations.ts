/** What the API can do with services of extensions and with the messages of mailboxes. */

import { z } from 'zod'
import { defineOperations, file, id, instant, pageOf, pageQuery } from '../../platform/http/index.ts'
import { extensionService } from './extension-service.ts'

const params = z.object({ id })
const noExtension = { 'numbers.no_such_extension': 404 } as const
const noMessage = { 'numbers.no_such_message': 404 } as const

const message = z.object({
  id,
  customerId: id,
  extensionId: id,
  extension: z.string(),
  callId: z.string(),
  fromNumber: z.string(),
  fromName: z.string(),
  leftAt: instant,
  durationMs: z.int(),
  heardAt: instant.nullable(),
})

export const serviceOperations = defineOperations({
  setService: {
    method: 'PUT',
    path: '/api/v1/extensions/{id}/service',
    summary: 'Make an extension a menu, a conference room or a ring group',
    permission: 'extensions.write',
    audit: 'write',
    params,
    body: extensionService,
    output: z.object({ id }),
    failures: { ...noExtension, 'numbers.no_such_member': 422 },
  },
  removeService: {
    method: 'DELETE',
    path: '/api/v1/extensions/{id}/service',
    summary: "Make it a person's extension again",
    permission: 'extensions.write',
    audit: 'write',
    params,
    output: z.object({ id }),
    failures: { ...noExtension },
  },
  listMessages: {
    method: 'GET',
    path: '/api/v1/messages',
    summary: 'Messages of mailboxes, the newest first; a phone user sees those of his own extensions',
    permission: 'calls.read',
    audit: 'none',
    query: z.object({ ...pageQuery, extensionId: id.optional() }),
    output: pageOf(message),
    failures: { 'http.bad_cursor': 400 },
  },
  hearMessage: {
    method: 'GET',
    path: '/api/v1/messages/{id}/audio',
    summary: 'What was said, as a WAVE file',
    permission: 'calls.read',
    audit: 'read',
    params,
    output: file('audio/wav', 'Mono, 8,000 samples a second, mu-law'),
    failures: noMessage,
  },
  deleteMessage: {
    method: 'DELETE',
    path: '/api/v1/messages/{id}',
    summary: 'Delete a message',
    permission: 'calls.read',
    audit: 'write',
    params,
    output: z.object({ id }),
    failures: noMessage,
  },
})
