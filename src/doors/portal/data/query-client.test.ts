/** Readings: once for all who want them, again after a failure, and drawn again only where something changed. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { QueryClient, type Query, type Watcher } from './query-client.ts'

const watcherOf = (fetcher: Watcher['fetcher']): Watcher => ({
  fetcher,
  retry: () => 0,
  staleMs: () => 15_000,
  everyMs: () => 0,
})

function shown(client: QueryClient, key: string, fetcher: Watcher['fetcher']): Query {
  const query = client.query([key])
  query.watchers.add(watcherOf(fetcher))
  return query
}

test('what two want is read once', async () => {
  const client = new QueryClient()
  let asked = 0
  const query = shown(client, 'a', () => Promise.resolve(++asked))
  await Promise.all([client.fetch(query), client.fetch(query)])
  assert.equal(asked, 1)
  assert.equal(client.getQueryData(['a']), 1)
})

test('a reading that fails keeps what was known and says so; the next one that succeeds takes it back', async () => {
  const client = new QueryClient()
  let answer: Promise<string> = Promise.resolve('first')
  const query = shown(client, 'a', () => answer)
  await client.fetch(query)
  answer = Promise.reject(new Error('gone'))
  await client.fetch(query)
  assert.deepEqual([query.state.data, query.state.error?.message, query.state.failureCount], ['first', 'gone', 1])
  answer = Promise.resolve('second')
  await client.invalidateQueries({ queryKey: ['a'] })
  assert.deepEqual([query.state.data, query.state.error, query.state.failureCount], ['second', null, 0])
})

test('a change during a reading is not lost: it is read once more', async () => {
  const client = new QueryClient()
  const { promise, resolve } = Promise.withResolvers<string>()
  const answers = [promise, Promise.resolve('after')]
  const query = shown(client, 'a', () => answers.shift()!)
  const first = client.fetch(query)
  const changed = client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'a' })
  resolve('before')
  await Promise.all([first, changed])
  assert.equal(query.state.data, 'after')
})

test('an answer takes over what is equal in it, and is equal to what came', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (before, after) => {
      const client = new QueryClient()
      const answers = [before, structuredClone(before), after]
      const query = shown(client, 'a', () => Promise.resolve(answers.shift()))
      await client.fetch(query)
      const known = query.state.data
      await client.fetch(query)
      assert.ok(Object.is(query.state.data, known), 'equal is the same')
      await client.fetch(query)
      assert.deepEqual(query.state.data, after)
    }),
  )
})
