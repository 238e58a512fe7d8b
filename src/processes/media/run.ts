/**
 * The media process: the relay and the announcements of its share of calls, served on the bus. It needs
 * nobody: audio goes on while `signal`, `charge`, `office` or the database are away.
 */

import { createSocket } from 'node:dgram'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fail, messageOf, ok, type Result } from '../../base/index.ts'
import {
  createDgramBackend,
  loadPrompts,
  promptFolder,
  mediaEvents,
  serveMediaBackend,
  type DgramBackend,
  type PromptLibrary,
} from '../../network/media/index.ts'
import { otherAddress, reachableAddress } from '../../network/transport/index.ts'
import type { ProcessParts, RunningProcess } from '../parts.ts'
import { messageFolder } from '../message-folder.ts'
import { dividePorts } from './divide-ports.ts'

/** `media-2` is the second of the media processes. */
function placeOf(name: string, processes: number): { readonly number: number; readonly count: number } {
  const number = Number(/^media-(\d{1,3})$/.exec(name)?.[1] ?? 1)
  return { number: Math.max(1, number), count: Math.max(processes, number) }
}

/** Whether UDP can be had on an address at all; the text says why not. */
function faultOf(address: string): Promise<string | undefined> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  return new Promise((resolve) => {
    socket.once('error', (error) => {
      socket.close()
      resolve(messageOf(error))
    })
    socket.bind({ address, port: 0 }, () => socket.close(() => resolve(undefined)))
  })
}

function countAll(parts: ProcessParts, backend: DgramBackend): void {
  const { metrics } = parts
  const { totals } = backend
  metrics.gauge('dialhouse_media_calls', 'Calls whose media is held here.', () => backend.load().calls)
  metrics.gauge('dialhouse_media_ports_free', 'Pairs of RTP ports that are free.', () => backend.load().portsFree)
  metrics.gauge('dialhouse_media_packets_in', 'RTP packets accepted since the start.', () => totals.packetsIn)
  metrics.gauge('dialhouse_media_packets_out', 'RTP packets sent since the start.', () => totals.packetsOut)
  metrics.gauge('dialhouse_media_packets_dropped', 'Packets refused since the start.', () => totals.dropped)
}

function notesOf(prompts: PromptLibrary, backend: DgramBackend): readonly string[] {
  const notes: string[] = []
  if (prompts.missing.length > 0) notes.push(`${prompts.missing.length} announcements are missing or damaged`)
  if (backend.load().portsFree === 0) notes.push('no RTP port is free: widen DIALHOUSE_RTP')
  return notes
}

/** Serves media on the bus until it is closed; fails when the address of DIALHOUSE_SIP cannot carry media. */
export async function runMedia(parts: ProcessParts): Promise<Result<RunningProcess>> {
  const { bus, clock, config, log, random } = parts
  const address = reachableAddress(config.sip.host)
  if (address === undefined) {
    return fail('media.bad_address', `DIALHOUSE_SIP names the host "${config.sip.host}": give its IP address instead`)
  }
  const bindAddress = config.sip.host === 'localhost' ? address : config.sip.host
  const other = otherAddress(config.sip.host)
  const fault = await faultOf(bindAddress)
  if (fault !== undefined) return fail('media.cannot_listen', `no UDP on ${bindAddress}: ${fault}`)
  const { number, count } = placeOf(bus.name, config.mediaProcesses)
  const ports = dividePorts(config.rtp, number, count)
  const prompts = loadPrompts(promptFolder, messageFolder(config.dataFolder))
  if (prompts.missing.length > 0) log.warn('announcements are missing or damaged', { missing: prompts.missing })
  const recordings = join(config.dataFolder, 'media', bus.name)
  mkdirSync(recordings, { recursive: true, mode: 0o700 })
  const backend = createDgramBackend({
    address,
    recordings,
    bindAddress,
    other: other === undefined ? undefined : { address: other, bindAddress: '0.0.0.0' },
    ports,
    prompts,
    clock,
    random,
    onEvent: (event) => bus.publish(mediaEvents, event),
  })
  countAll(parts, backend)
  serveMediaBackend(bus, backend)
  log.info('media is ready', { firstPort: ports.first, endPort: ports.end })
  return ok({
    notes: () => notesOf(prompts, backend),
    close: () => backend.close(),
  })
}
