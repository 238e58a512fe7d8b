import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOfMachine } from '../../../platform/transitions/index.ts'
import { invoiceMachine } from './invoice-status.ts'

test('every state of an invoice is reached and only void is final', () => {
  assert.deepEqual(faultsOfMachine(invoiceMachine), [])
})
