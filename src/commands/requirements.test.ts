import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkClaims, readClaims, type State } from './requirements.ts'

const claim = (id: string, state: State) => ({ id, text: 'a thing', state })

test('the page has all 150 requirements and 75 features, each once', () => {
  const ids = readClaims().map((it) => it.id)
  const wanted = [150, 75].flatMap((count, at) => Array.from({ length: count }, (_, n) => `${'RF'[at]}${n + 1}`))
  assert.deepEqual(ids.toSorted(), wanted.toSorted())
})

test('a claim stands on a passed test that carries its number, and on nothing else', () => {
  const results = [
    { name: 'R1 F2 a trunk carries a call', outcome: 'passed' },
    { name: 'R3 skipped for want of a peer', outcome: 'skipped' },
    { name: 'R4 one passes', outcome: 'passed' },
    { name: 'R4 another fails', outcome: 'failed' },
    { name: 'a test that mentions R5 later', outcome: 'passed' },
  ]
  const claims = ['R1', 'F2', 'R3', 'R4', 'R5', 'R11'].map((id) => claim(id, 'proven'))
  const states = checkClaims([...claims, claim('F3', 'planned')], results).map((it) => [it.id, it.state])
  assert.deepEqual(states, [
    ['R1', 'proven'],
    ['F2', 'proven'],
    ['R3', 'planned'],
    ['R4', 'planned'],
    ['R5', 'planned'],
    ['R11', 'planned'],
    ['F3', 'planned'],
  ])
})

test('what runs only against our own simulator stays what the page says of it', () => {
  const [checked] = checkClaims([claim('R79', 'works')], [{ name: 'R79 911 is answered', outcome: 'passed' }])
  assert.equal(checked?.state, 'works')
  assert.deepEqual(checked?.tests, ['R79 911 is answered'])
})
