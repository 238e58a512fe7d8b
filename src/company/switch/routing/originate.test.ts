import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { originate, type OriginateParts } from './originate.ts'
import { phone, sampleDirectory } from '../testing.ts'

/** Files of this module, without tests, that hold a text. */
function filesWith(text: string): string[] {
  const folder = join(import.meta.dirname, '..')
  const sources = globSync('**/*.ts', { cwd: folder }).filter((file) => !/test|testing/.test(file))
  return sources.filter((file) => readFileSync(`${folder}/${file}`, 'utf8').includes(text)).toSorted()
}

const parts: OriginateParts = {
  directory: sampleDirectory,
  bindings: () => [],
  countOf: () => 0,
  callsOfOneMax: 2,
  isDown: () => false,
  mayCallBack: () => false,
  newId: () => 'id',
}

test('one gate: targets are made by it alone, and rung from one place each', () => {
  assert.deepEqual(filesWith('findTargets('), ['routing/find-targets.ts', 'routing/originate.ts'])
  assert.deepEqual(filesWith(' originate(originating('), ['edge/door.ts'])
  assert.deepEqual(filesWith("/originate.ts'"), ['edge/door.ts'])
  assert.deepEqual(filesWith("kind: 'invite',"), ['calls/steps/dialling.ts'])
  assert.deepEqual(filesWith('sip.invite('), ['calls/perform.ts'])
})

test('a paid way brings the reservation of the account that asked for it', () => {
  const way = originate(parts, { callId: 'c', caller: phone('acme', '201'), dialled: '2125550100', at: 5 })
  assert.deepEqual(way.records[0]?.reserve, {
    cdrId: 'id',
    callId: 'c',
    accountId: 'account-acme',
    direction: 'outbound',
    destination: '+12125550100',
    carrierIds: ['northvoice', 'cascade'],
    at: 5,
  })
})

test('a customer with too many calls is refused, but for emergencies', () => {
  const crowded = { ...parts, countOf: () => 2 }
  const dial = (dialled: string) => originate(crowded, { callId: 'c', caller: phone('acme', '201'), dialled, at: 5 })
  assert.equal(dial('202').route.kind, 'refuse')
  assert.equal(dial('911').route.kind, 'emergency')
})
