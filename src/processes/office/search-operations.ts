/** What a reader looks for by a word, a number or an id, and the views of lists that he keeps. */

import { z } from 'zod'
import { defineOperations, id, instant } from '../../platform/http/index.ts'

const kinds = ['customer', 'person', 'extension', 'phone', 'number', 'invoice', 'ticket', 'call'] as const

const found = z.object({
  kind: z.enum(kinds),
  id,
  /** What it is called. */
  title: z.string(),
  /** What tells it from others of that name. */
  note: z.string(),
  /** When it was, for calls. */
  at: instant.nullable(),
})

const savedView = z.object({
  id,
  name: z.string(),
  query: z.string(),
  isShared: z.boolean(),
  /** Only who saved it may delete it. */
  isOwn: z.boolean(),
})

const list = z.string().regex(/^[a-z][a-z-]{0,59}$/)

export const searchOperations = defineOperations({
  search: {
    method: 'GET',
    path: '/api/v1/search',
    summary: 'Find customers, people, extensions, phones, numbers, invoices, tickets and calls by one text',
    permission: 'signed_in',
    audit: 'none',
    query: z.object({ q: z.string().trim().min(2).max(100) }),
    output: z.object({ items: z.array(found) }),
    failures: {},
  },
  listSavedViews: {
    method: 'GET',
    path: '/api/v1/saved-views',
    summary: 'The views of a list: the own ones, and those that others of the same company share',
    permission: 'signed_in',
    audit: 'none',
    query: z.object({ list }),
    output: z.object({ items: z.array(savedView) }),
    failures: {},
  },
  saveView: {
    method: 'POST',
    path: '/api/v1/saved-views',
    summary: 'Keep a view of a list; one of the same name is replaced',
    permission: 'signed_in',
    audit: 'write',
    body: z.object({
      list,
      name: z.string().trim().min(1).max(60),
      query: z.string().max(2000),
      isShared: z.boolean(),
    }),
    output: z.object({ id }),
    failures: { 'office.too_many_views': 409 },
  },
  deleteView: {
    method: 'DELETE',
    path: '/api/v1/saved-views/{id}',
    summary: 'Delete one of the own views',
    permission: 'signed_in',
    audit: 'write',
    params: z.object({ id }),
    output: z.void(),
    failures: { 'office.no_such_view': 404 },
  },
})
