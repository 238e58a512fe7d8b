/** Paid calls while charging does not answer. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fail, ok } from '../../base/index.ts'
import type { CdrRecord } from '../../company/ledger/index.ts'
import type { BusCharging } from './bus-charging.ts'
import { isHome, OFFLINE_SECONDS, withOfflinePolicy } from './offline-charging.ts'

const away = fail('ledger.unavailable', 'charging does not answer')

function bench() {
  let isAway = true
  const silent = () => Promise.resolve(away)
  const charging: BusCharging = {
    isThere: () => !isAway,
    reserve: silent,
    confirm: silent,
    extend: silent,
    freeForgotten: silent,
    settle: (records) => Promise.resolve(isAway ? away : ok(records.map((one) => one.id))),
  }
  const policy = withOfflinePolicy(charging)
  let calls = 0
  const ask = (destination: `+${string}`, accountId = 'acme') => {
    const cdrId = `call ${calls++}`
    return policy.reserve({ cdrId, callId: cdrId, accountId, direction: 'outbound', destination, at: 0 })
  }
  return { policy, ask, comeBack: () => void (isAway = false) }
}

test('domestic calls go on under a cap of each account, and free it when their records are settled', async () => {
  const { policy, ask, comeBack } = bench()
  let seconds = 0
  for (let turn = 0; turn < 5; turn++) {
    const granted = await ask('+14165550100')
    if (granted.ok) seconds += granted.value.grantedSeconds
    else assert.equal(granted.failure.code, 'ledger.unavailable')
  }
  assert.equal(seconds, OFFLINE_SECONDS)
  assert((await ask('+14165550100', 'birch')).ok, 'each account has its own')
  assert((await policy.confirm('call 0', 1)).ok)
  assert.equal((await policy.confirm('call 4', 1)).ok, false, 'who was granted nothing is not connected')
  const record = { id: 'call 0' } as CdrRecord
  assert.equal((await policy.settle([record])).ok, false)
  assert.equal((await ask('+14165550100')).ok, false, 'what is not settled counts')
  comeBack()
  assert((await policy.settle([record])).ok)
  assert((await ask('+14165550100')).ok)
})

test('international and premium calls are refused, the islands of +1 among them', async () => {
  const { ask } = bench()
  for (const to of ['+442071838750', '+18765550100', '+19005550100', '+88161234567', '+1416555'] as const) {
    const refused = await ask(to)
    assert(!refused.ok && refused.failure.code === 'ledger.unavailable', to)
    assert.equal(isHome(to), false)
  }
})
