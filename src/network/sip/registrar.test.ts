/** The registrar keeps RFC 3261 §10 on a clock that only tests move. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { virtualClock } from '../../base/index.ts'
import { flowId, type Flow, type SipProtocol } from '../transport/index.ts'
import { parseMessage } from './message/parse.ts'
import type { SipMessage } from './message/message.ts'
import { createRegistrar, type RegistrarOptions } from './registrar/registrar.ts'

const START = 1_800_000_000_000

function flowFrom(address: string, port = 5060, protocol: SipProtocol = 'udp'): Flow {
  const local = { address: '192.0.2.2', port: 5060 }
  const remote = { address, port }
  return { id: flowId(protocol, local, remote), protocol, local, remote, send() {} }
}

type Register = { contacts?: readonly string[]; expires?: number | string; callId?: string; cseq?: number; from?: Flow }

function bench(limits: RegistrarOptions['limits'] = {}) {
  const clock = virtualClock(START)
  const diary: string[] = []
  const registrar = createRegistrar({
    clock,
    limits,
    events: {
      onRegistered: (aor, binding, isNew) => void diary.push(`${isNew ? 'new' : 'again'} ${aor} ${binding.contact}`),
      onUnregistered: (aor, binding, reason) => void diary.push(`${reason} ${aor} ${binding.contact}`),
    },
    onError(error) {
      throw error
    },
  })
  let cseqs = 0
  const register = (options: Register = {}) => {
    const { contacts = ['<sip:a@192.0.2.1>'], expires, callId = 'c', cseq = ++cseqs, from } = options
    const lines = contacts.map((contact) => `Contact: ${contact}\r\n`).join('')
    const expiry = expires === undefined ? '' : `Expires: ${expires}\r\n`
    const reply = registrar.register('201', requestOf(lines + expiry, callId, cseq), from ?? flowFrom('192.0.2.1'))
    return { status: reply.status, headers: reply.headers ?? [] }
  }
  const contacts = (): string[] => registrar.bindings('201').map((binding) => binding.contact)
  return { clock, diary, registrar, register, contacts }
}

function requestOf(lines: string, callId: string, cseq: number): SipMessage {
  const text =
    'REGISTER sip:home SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\nFrom: <sip:201@home>;tag=1\r\n' +
    `To: <sip:201@home>\r\nCall-ID: ${callId}\r\nCSeq: ${cseq} REGISTER\r\n${lines}Content-Length: 0\r\n\r\n`
  const parsed = parseMessage(Buffer.from(text, 'latin1'))
  assert.ok(parsed.ok)
  return parsed.value
}

describe('registrations', () => {
  test('a contact is added, refreshed, listed and removed', () => {
    const { register, contacts, diary, clock } = bench()
    assert.deepEqual(register({ expires: 600 }).headers, [['Contact', '<sip:a@192.0.2.1>;expires=600']])
    clock.advance(100_000)
    assert.deepEqual(register({ contacts: [] }).headers, [['Contact', '<sip:a@192.0.2.1>;expires=500']], 'a query')
    register({ expires: 600 })
    assert.deepEqual(contacts(), ['sip:a@192.0.2.1'])
    assert.deepEqual(register({ expires: 0 }), { status: 200, headers: [] })
    const contact = 'sip:a@192.0.2.1'
    assert.deepEqual(diary, [`new 201 ${contact}`, `again 201 ${contact}`, `removed 201 ${contact}`])
  })

  test("the contact's own expires beats the header; both have limits", () => {
    const { register } = bench({ minExpiresSeconds: 60, maxExpiresSeconds: 3600, defaultExpiresSeconds: 1800 })
    const told = (contact: string, expires?: number | string): string => {
      const { status, headers } = register({ contacts: [contact], ...(expires === undefined ? {} : { expires }) })
      return status === 200 ? (/expires=(\d+)/.exec(headers[0]![1])?.[1] ?? '') : `${status} ${headers.join(' ')}`
    }
    assert.equal(told('<sip:a@192.0.2.1>;expires=90', 600), '90')
    assert.equal(told('<sip:a@192.0.2.1>'), '1800')
    assert.equal(told('<sip:a@192.0.2.1>', 86_400), '3600')
    assert.equal(told('<sip:a@192.0.2.1>', 'soon'), '1800')
    assert.equal(told('<sip:a@192.0.2.1>', 30), '423 Min-Expires,60')
    assert.equal(told('<sip:a@192.0.2.1>;expires=59', 600), '423 Min-Expires,60')
  })

  test('several contacts are kept in the order of their preference', () => {
    const { register, contacts } = bench()
    register({ contacts: ['<sip:low@192.0.2.1>;q=0.1, <sip:high@192.0.2.1>;q=0.9', '<sip:top@192.0.2.1>'] })
    assert.deepEqual(contacts(), ['sip:top@192.0.2.1', 'sip:high@192.0.2.1', 'sip:low@192.0.2.1'])
    register({ contacts: ['<sip:high@192.0.2.1>'], expires: 0 })
    assert.deepEqual(contacts(), ['sip:top@192.0.2.1', 'sip:low@192.0.2.1'])
  })

  test('a full list gives up its oldest contact', () => {
    const { register, contacts } = bench({ bindingsMax: 3 })
    for (const name of ['one', 'two', 'three', 'four'])
      register({ contacts: [`<sip:${name}@192.0.2.1>`], callId: name })
    assert.deepEqual(contacts().toSorted(), ['sip:four@192.0.2.1', 'sip:three@192.0.2.1', 'sip:two@192.0.2.1'])
  })

  test('the star removes everything, but only alone and with an expiry of zero', () => {
    const { register, contacts } = bench()
    register({ contacts: ['<sip:a@192.0.2.1>', '<sip:b@192.0.2.1>'] })
    assert.equal(register({ contacts: ['*'] }).status, 400)
    assert.equal(register({ contacts: ['*'], expires: 60 }).status, 400)
    assert.equal(register({ contacts: ['*', '<sip:a@192.0.2.1>'], expires: 0 }).status, 400)
    assert.equal(contacts().length, 2)
    assert.deepEqual(register({ contacts: ['*'], expires: 0 }), { status: 200, headers: [] })
    assert.deepEqual(contacts(), [])
  })

  test('within a Call-ID only a higher CSeq changes anything; all contacts change or none', () => {
    const { register, contacts } = bench()
    register({ cseq: 7 })
    assert.equal(register({ cseq: 7, expires: 0 }).status, 500)
    assert.equal(register({ cseq: 6, contacts: ['<sip:new@192.0.2.1>', '<sip:a@192.0.2.1>'] }).status, 500)
    assert.deepEqual(contacts(), ['sip:a@192.0.2.1'])
    assert.equal(register({ cseq: 1, callId: 'rebooted', expires: 0 }).status, 200)
    assert.deepEqual(contacts(), [])
  })

  test('the same phone at another address replaces itself (RFC 5626 §4.1)', () => {
    const { register, contacts, diary } = bench()
    const instance = '+sip.instance="<urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF>"'
    register({ contacts: [`<sip:a@192.0.2.1>;${instance};reg-id=1`] })
    register({ contacts: [`<sip:a@192.0.2.50>;${instance};reg-id=1`], from: flowFrom('192.0.2.50') })
    assert.deepEqual(contacts(), ['sip:a@192.0.2.50'])
    assert.match(diary[1]!, /^again/)
    register({ contacts: [`<sip:a@192.0.2.50>;${instance};reg-id=2`], from: flowFrom('192.0.2.51') })
    assert.equal(contacts().length, 2, 'a second flow of the same phone')
  })

  test('a contact is reached where it spoke from, whatever its URI claims', () => {
    const { register, registrar } = bench()
    register({ contacts: ['<sip:a@192.168.1.20:5099>'], from: flowFrom('203.0.113.5', 40_001) })
    assert.deepEqual(registrar.bindings('201')[0]?.flow.remote, { address: '203.0.113.5', port: 40_001 })
  })

  test('what is not refreshed expires on its second, and an ended connection ends its contacts', () => {
    const { register, contacts, clock, diary, registrar } = bench()
    register({ contacts: ['<sip:short@192.0.2.1>;expires=60', '<sip:long@192.0.2.1>;expires=120'] })
    const stream = flowFrom('192.0.2.1', 50_000, 'tcp')
    register({ contacts: ['<sip:stream@192.0.2.1;transport=tcp>'], from: stream })
    clock.advance(59_900)
    assert.equal(contacts().length, 3)
    clock.advance(200)
    assert.deepEqual(diary.splice(3), ['expired 201 sip:short@192.0.2.1'])
    registrar.onFlowClosed(stream)
    assert.deepEqual(diary.splice(3), ['disconnected 201 sip:stream@192.0.2.1;transport=tcp'])
    clock.advance(60_000)
    assert.deepEqual(diary.splice(3), ['expired 201 sip:long@192.0.2.1'])
    assert.deepEqual(registrar.size(), { aors: 0, bindings: 0 })
    assert.equal(clock.nextDue(), undefined)
  })

  test('a device that is deleted loses its contacts at once', () => {
    const { register, contacts, diary, registrar } = bench()
    register()
    registrar.remove('201')
    assert.deepEqual([contacts(), diary.at(-1)], [[], 'removed 201 sip:a@192.0.2.1'])
  })

  test('a restart keeps what came over UDP, with its time', () => {
    const first = bench()
    first.register({ contacts: ['<sip:a@192.0.2.1>;expires=100'] })
    first.register({ contacts: ['<sip:t@192.0.2.1>'], from: flowFrom('192.0.2.1', 50_000, 'tcp') })
    const stored = structuredClone(first.registrar.snapshot())
    const second = bench()
    second.clock.advance(30_000)
    second.registrar.restore(stored, (protocol, remote) => flowFrom(remote.address, remote.port, protocol))
    assert.deepEqual(second.contacts(), ['sip:a@192.0.2.1'])
    assert.deepEqual(second.diary, [], 'nobody registered')
    second.clock.advance(70_100)
    assert.deepEqual(second.diary, ['expired 201 sip:a@192.0.2.1'])
    assert.deepEqual(second.contacts(), [])
  })

  test('no REGISTER throws, and the table keeps its limits', () => {
    const text = fc.stringMatching(/^[ -~]{0,30}$/)
    const contact = fc.oneof(fc.constantFrom('*', '<sip:a@b>', 'sip:b@c;expires=0'), text)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.array(contact, { maxLength: 4 }), text, fc.nat(1000)), { maxLength: 8 }),
        (all) => {
          const { register, contacts, registrar } = bench({ bindingsMax: 4 })
          for (const [list, expires, cseq] of all) {
            assert.ok([200, 400, 423, 500].includes(register({ contacts: list, expires, cseq }).status))
            assert.ok(contacts().length <= 4)
          }
          registrar.close()
        },
      ),
    )
  })
})
