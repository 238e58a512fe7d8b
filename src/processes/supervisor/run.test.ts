import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLog, systemClock } from '../../base/index.ts'
import { busFolder, createSocketBus } from '../../platform/bus/index.ts'
import { crashProcess, supervisedProcesses, type SupervisedProcess } from '../topics.ts'
import { startMarkOf } from './run-file.ts'

const names = ['postgres', 'world', 'office', 'signal', 'media-1', 'media-2', 'charge']
const clock = systemClock()

type Started = { readonly process: ChildProcess; readonly firstLine: string }

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** Starts a supervisor on a folder and waits for the first line that it prints anywhere. */
async function startOn(
  data: string,
  ports: Ports,
  behaviours: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'test-supervisor.ts'),
      JSON.stringify(behaviours),
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        DIALHOUSE_DATA: data,
        DIALHOUSE_HTTP: `127.0.0.1:${ports.http}`,
        DIALHOUSE_SIP: `127.0.0.1:${ports.sip}`,
      },
    },
  )
  const firstLine = await new Promise<string>((resolve) => {
    let text = ''
    const take = (bytes: Buffer): void => {
      text += bytes.toString()
      if (text.includes('\n')) resolve(text.split('\n')[0]!)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.once('exit', () => resolve(text))
  })
  return { process: child, firstLine }
}

type Ports = { readonly http: number; readonly sip: number }

async function end(started: Started, signal: NodeJS.Signals): Promise<void> {
  if (started.process.exitCode !== null || started.process.signalCode !== null) return
  started.process.kill(signal)
  await once(started.process, 'exit')
}

async function stateOf(data: string): Promise<readonly SupervisedProcess[]> {
  const bus = await createSocketBus({ name: 'looker', folder: busFolder(data), clock: systemClock(), log: silentLog })
  assert.ok(bus.ok)
  const state = await bus.value.request('supervisor', supervisedProcesses, {})
  await bus.value.close()
  assert.ok(state.ok, 'the supervisor answers')
  return state.value
}

async function crash(data: string, name: string): Promise<boolean> {
  const bus = await createSocketBus({ name: 'looker', folder: busFolder(data), clock: systemClock(), log: silentLog })
  assert.ok(bus.ok)
  const answer = await bus.value.request('supervisor', crashProcess, { name })
  await bus.value.close()
  return answer.ok && answer.value.ended
}

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  const deadline = clock.monotonic() + 10_000
  while (!(await check())) {
    assert.ok(clock.monotonic() < deadline, `in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

const pidsOf = (state: readonly SupervisedProcess[]) => Object.fromEntries(state.map((it) => [it.name, it.pid]))
const isAnyAlive = (pids: Readonly<Record<string, number | undefined>>) =>
  Object.values(pids).some((pid) => pid !== undefined && startMarkOf(pid) !== undefined)

async function onFolder(act: (data: string, ports: Ports) => Promise<void>): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'dialhouse-supervisor-'))
  const ports = { http: await freePort(), sip: await freePort() }
  try {
    await act(data, ports)
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}

test('all processes start, one comes back after a crash, and the end leaves nothing', () =>
  onFolder(async (data, ports) => {
    const started = await startOn(data, ports)
    try {
      assert.equal(started.firstLine, 'ready http://127.0.0.1:1/demo')
      const before = pidsOf(await stateOf(data))
      assert.deepEqual(Object.keys(before), names)
      for (const name of ['media-2', 'postgres']) {
        assert.ok(await crash(data, name))
        await until(`${name} comes back`, async () => {
          const now = (await stateOf(data)).find((it) => it.name === name)
          return now?.state === 'running' && now.pid !== before[name] && now.restarts === 1
        })
      }
      assert.equal(await crash(data, 'nobody'), false)
      const after = pidsOf(await stateOf(data))
      for (const name of ['world', 'office', 'signal', 'media-1', 'charge']) assert.equal(after[name], before[name])
      await end(started, 'SIGTERM')
      assert.equal(started.process.exitCode, 0)
      assert.equal(isAnyAlive({ ...before, ...after }), false)
    } finally {
      await end(started, 'SIGKILL')
    }
  }))

test('a killed supervisor takes nothing down, and the next one adopts what goes on', () =>
  onFolder(async (data, ports) => {
    const first = await startOn(data, ports)
    const before = pidsOf(await stateOf(data))
    await end(first, 'SIGKILL')
    for (const pid of Object.values(before)) assert.notEqual(startMarkOf(pid!), undefined)
    const second = await startOn(data, ports)
    try {
      assert.match(second.firstLine, /^ready /)
      const after = await stateOf(data)
      assert.deepEqual(pidsOf(after), before)
      process.kill(before['office']!, 'SIGKILL')
      await until('an adopted process is watched', async () => {
        const office = (await stateOf(data)).find((it) => it.name === 'office')
        return office?.state === 'running' && office.pid !== before['office']
      })
    } finally {
      await end(second, 'SIGTERM')
    }
    assert.equal(isAnyAlive(before), false)
  }))

test('survivors of another configuration are ended, not adopted', () =>
  onFolder(async (data, ports) => {
    const first = await startOn(data, ports)
    const before = pidsOf(await stateOf(data))
    await end(first, 'SIGKILL')
    const second = await startOn(data, { ...ports, http: await freePort() })
    try {
      const after = pidsOf(await stateOf(data))
      assert.equal(after['postgres'], before['postgres'])
      for (const name of names.slice(1)) assert.notEqual(after[name], before[name])
      const { postgres: _, ...replaced } = before
      assert.equal(isAnyAlive(replaced), false)
    } finally {
      await end(second, 'SIGTERM')
    }
  }))

test('two supervisors never run on one data folder', () =>
  onFolder(async (data, ports) => {
    const first = await startOn(data, ports)
    try {
      const second = await startOn(data, ports)
      assert.equal(
        second.firstLine,
        `supervisor.already_running Dialhouse already runs on ${data} (process ${first.process.pid}); ` +
          'stop it, or choose another folder with DIALHOUSE_DATA',
      )
      assert.equal((await stateOf(data)).length, names.length)
    } finally {
      await end(first, 'SIGTERM')
    }
  }))

test('a process that cannot start is named with its own reason, and nothing is left', () =>
  onFolder(async (data, ports) => {
    const started = await startOn(data, ports, { charge: 'failing' })
    if (started.process.exitCode === null) await once(started.process, 'exit')
    const logFile = join(data, 'log/charge.log')
    assert.equal(
      started.firstLine,
      `supervisor.process_failed charge does not start: the moon is missing (see ${logFile})`,
    )
    assert.match(readFileSync(logFile, 'utf8'), /the moon is missing/)
    const sleeper = JSON.parse(readFileSync(join(data, 'sleeper/sleeper.run.json'), 'utf8')) as { pid: number }
    assert.equal(startMarkOf(sleeper.pid), undefined)
  }))

test('a process that does not hear SIGTERM is killed in time', () =>
  onFolder(async (data, ports) => {
    const started = await startOn(data, ports, { signal: 'deaf' })
    const pids = pidsOf(await stateOf(data))
    await end(started, 'SIGTERM')
    assert.equal(isAnyAlive(pids), false)
  }))

test('everything ends also when somebody has removed the data folder', () =>
  onFolder(async (data, ports) => {
    const started = await startOn(data, ports)
    const pids = pidsOf(await stateOf(data))
    rmSync(data, { recursive: true })
    await end(started, 'SIGTERM')
    assert.equal(started.process.exitCode, 0)
    assert.equal(isAnyAlive(pids), false)
  }))

test('a taken port is one line that says what to do', () =>
  onFolder(async (data, ports) => {
    const squatter = createServer().listen(ports.sip, '127.0.0.1')
    await once(squatter, 'listening')
    const started = await startOn(data, ports)
    squatter.close()
    assert.equal(
      started.firstLine,
      `supervisor.port_taken 127.0.0.1:${ports.sip} (TCP) is taken by another program; ` +
        'stop it, or choose another port with DIALHOUSE_SIP',
    )
  }))

test('a data folder that is a file is one line that says what to do', () =>
  onFolder(async (data, ports) => {
    writeFileSync(join(data, 'file'), '')
    for (const folder of [join(data, 'file/dialhouse'), '/proc/dialhouse']) {
      const { firstLine } = await startOn(folder, ports)
      assert.match(firstLine, /^supervisor.folder_not_writable the data folder \S+ cannot be written \(E\w+\)/)
    }
  }))
