/** Registrations through proxies (RFC 3327) and over flows that are kept (RFC 5626). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { virtualClock } from '../../base/index.ts'
import { flowId, type Flow, type SipProtocol } from '../transport/index.ts'
import { parseMessage } from './message/parse.ts'
import { createRegistrar } from './registrar/registrar.ts'

const ID = '+sip.instance="<urn:uuid:00000000-0000-1000-8000-aabbccddeeff>"'

function flowFrom(port: number, protocol: SipProtocol = 'tcp'): Flow {
  const [local, remote] = [
    { address: '192.0.2.2', port: 5060 },
    { address: '192.0.2.1', port },
  ]
  return { id: flowId(protocol, local, remote), protocol, local, remote, send() {} }
}

function bench() {
  const clock = virtualClock(1_800_000_000_000)
  const diary: string[] = []
  const registrar = createRegistrar({
    clock,
    events: {
      onRegistered: (_, binding, isNew, before) =>
        void diary.push(`${isNew ? 'new' : 'again'} ${binding.contact} ${before?.userAgent ?? ''}`.trim()),
      onUnregistered: (_, binding, reason) => void diary.push(`${reason} ${binding.contact}`),
    },
    onError(error) {
      throw error
    },
  })
  let cseq = 0
  const register = (lines: readonly string[], flow = flowFrom(1000)) => {
    const text = [
      'REGISTER sip:home SIP/2.0',
      'Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bKx',
      'From: <sip:201@home>;tag=1',
      'To: <sip:201@home>',
      'Call-ID: c',
      `CSeq: ${++cseq} REGISTER`,
      ...lines,
      'Content-Length: 0\r\n\r\n',
    ].join('\r\n')
    const parsed = parseMessage(Buffer.from(text, 'latin1'))
    assert.ok(parsed.ok)
    const { status, headers = [] } = registrar.register('201', parsed.value, flow)
    const told = (name: string): string[] => headers.filter(([key]) => key === name).map(([, value]) => value)
    return { status, told }
  }
  return { clock, diary, registrar, register }
}

const outbound = (regId: number, user = 'a'): string[] => [
  'Supported: path, outbound',
  `Contact: <sip:${user}@192.0.2.1;transport=tcp>;reg-id=${regId};${ID}`,
]

test('a path is kept, said again in the answer, and refused when nobody could be reached by it', () => {
  const { register, registrar } = bench()
  const path = ['Path: <sip:edge1@192.0.2.10;lr>, <sip:edge2@192.0.2.11;lr>', 'Path: <sip:near@192.0.2.12;lr>']
  const { status, told } = register([...path, 'Contact: <sip:a@192.0.2.1>'])
  assert.equal(status, 200)
  const all = ['<sip:edge1@192.0.2.10;lr>', '<sip:edge2@192.0.2.11;lr>', '<sip:near@192.0.2.12;lr>']
  assert.deepEqual(told('Path'), all)
  assert.deepEqual(registrar.bindings('201')[0]?.path, all)
  assert.deepEqual(structuredClone(registrar.snapshot()[0]?.path), all)
  assert.equal(register(['Path: nonsense', 'Contact: <sip:a@192.0.2.1>']).status, 400)
  const endless = Array.from({ length: 11 }, (_, at) => `Path: <sip:p${at}@192.0.2.10;lr>`)
  assert.equal(register([...endless, 'Contact: <sip:a@192.0.2.1>']).status, 400)
})

test('two flows of one phone stand beside each other; the same reg-id replaces its flow', () => {
  const { register, registrar, diary } = bench()
  const first = register(outbound(1))
  assert.deepEqual([first.told('Require'), first.told('Flow-Timer')], [['outbound'], ['120']])
  register(outbound(2), flowFrom(1001))
  assert.equal(registrar.bindings('201').length, 2)
  register([...outbound(1), 'User-Agent: Other'], flowFrom(1002))
  assert.deepEqual(
    registrar
      .bindings('201')
      .map(({ flow }) => flow.remote.port)
      .toSorted((a, b) => a - b),
    [1001, 1002],
  )
  registrar.onFlowClosed(flowFrom(1001))
  assert.deepEqual(
    registrar.bindings('201').map(({ flow }) => flow.remote.port),
    [1002],
  )
  const contact = 'sip:a@192.0.2.1;transport=tcp'
  assert.deepEqual(diary, [`new ${contact}`, `new ${contact}`, `again ${contact}`, `disconnected ${contact}`])
})

test('a first proxy that keeps no flows is told of (439), one that does is not', () => {
  const { register } = bench()
  assert.equal(register(['Path: <sip:edge@192.0.2.10;lr>', ...outbound(1)]).status, 439)
  assert.equal(register(['Path: <sip:edge@192.0.2.10;lr;ob>', ...outbound(1)]).status, 200)
  // Whoever does not ask for flows may come through any proxy.
  assert.equal(register(['Path: <sip:edge@192.0.2.10;lr>', `Contact: <sip:b@192.0.2.1>;${ID}`]).status, 200)
  assert.deepEqual(register(outbound(1), flowFrom(1000, 'udp')).told('Flow-Timer'), [])
})
