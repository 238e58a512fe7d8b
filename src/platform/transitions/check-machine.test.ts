import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOfMachine } from './check-machine.ts'
import type { Machine } from './machine.ts'

const door: Machine = {
  entity: 'door',
  table: 'door',
  stateColumn: 'status',
  states: ['open', 'shut', 'walled'],
  initial: ['open'],
  final: ['walled'],
  moves: [
    { from: ['open'], to: 'shut', by: ['anyone'] },
    { from: ['shut'], to: 'open', by: ['anyone'] },
    { from: ['open', 'shut'], to: 'walled', by: ['mason'] },
  ],
}

test('a sound table has no faults', () => assert.deepEqual(faultsOfMachine(door), []))

for (const [fault, machine] of [
  ['state locked is never reached', { ...door, states: [...door.states, 'locked'] }],
  ['state walled is a dead end, and not final', { ...door, final: [] }],
  ['state open is final, and can be left', { ...door, final: ['walled', 'open'] }],
  ['state shut is not listed', { ...door, states: ['open', 'walled'] }],
  ['state open is listed twice', { ...door, states: [...door.states, 'open'] }],
  ['open -> shut is listed twice', { ...door, moves: [...door.moves, door.moves[0]!] }],
  [
    'nobody may move to open from walled',
    { ...door, moves: [...door.moves, { from: ['walled'], to: 'open', by: [] }] },
  ],
  ['a move to open comes from nowhere', { ...door, moves: [...door.moves, { from: [], to: 'open', by: ['a'] }] }],
  ['nothing can be created: there is no initial state', { ...door, initial: [] }],
] as const) {
  test(`found: ${fault}`, () =>
    assert.ok(faultsOfMachine(machine).includes(fault), faultsOfMachine(machine).join('\n')))
}
