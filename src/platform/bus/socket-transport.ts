/** Carries the bus over Unix sockets: each process listens on `<folder>/<name>.sock`. */

import { lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { createServer, createConnection, type Server, type Socket } from 'node:net'
import { fail, messageOf, ok, type Clock, type Result } from '../../base/index.ts'
import { busSocketPath } from './bus-folder.ts'
import type { Channel, ChannelEvents, Transport } from './channel.ts'
import type { BusOpenFailure } from './errors.ts'

const TAKEOVERS_MAX = 3
/** A peer that does not close its side after our goodbye is cut off. */
const GOODBYE_MS = 1000

/** A transport for the process `name` over sockets in `folder`, which is created for its owner alone. */
export function socketTransport(name: string, folder: string, clock: Clock): Transport {
  const path = busSocketPath(folder, name)
  const sockets = new Set<Socket>()
  let server: Server | undefined

  const adopt = (socket: Socket, events: (channel: Channel) => ChannelEvents): Channel => {
    const channel = channelOf(socket)
    const { onBytes, onClose } = events(channel)
    sockets.add(socket)
    socket.on('data', onBytes)
    // The reason of an error says nothing that the close after it does not.
    socket.on('error', () => {})
    socket.once('close', () => {
      sockets.delete(socket)
      onClose()
    })
    return channel
  }

  return {
    soon: setImmediate,
    async listen(accept) {
      const prepared = prepareFolder(folder)
      if (!prepared.ok) return prepared
      const bound = await bind(path, (socket) => void adopt(socket, accept))
      if (bound.ok) server = bound.value
      return bound.ok ? ok(true) : bound
    },
    connect: (peer, events) =>
      new Promise((resolve) => {
        const socket = createConnection(busSocketPath(folder, peer))
        const failed = (): void => resolve(undefined)
        socket.once('error', failed)
        socket.once('connect', () => {
          socket.off('error', failed)
          resolve(adopt(socket, () => events))
        })
      }),
    async close() {
      const closed = new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()))
      const cut = clock.after(GOODBYE_MS, () => {
        for (const socket of sockets) socket.destroy()
      })
      for (const socket of sockets) socket.end()
      await closed
      await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))))
      cut.stop()
    },
  }
}

function channelOf(socket: Socket): Channel {
  return {
    write: (chunk) => void (socket.writable && socket.write(chunk)),
    queuedBytes: () => socket.writableLength,
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  }
}

/** Creates the folder, or refuses one that another user could have laid out for us. */
function prepareFolder(folder: string): Result<true, BusOpenFailure> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const stat = lstatSync(folder)
    const uid = process.getuid?.()
    if (stat.isDirectory() && (uid === undefined || stat.uid === uid) && (stat.mode & 0o022) === 0) return ok(true)
    return fail('bus.cannot_listen', `${folder} must be a folder that only this user can write to`)
  } catch (thrown) {
    return fail('bus.cannot_listen', `${folder} cannot be created: ${messageOf(thrown)}`)
  }
}

/** Listens on a path; a socket file that a dead process left is taken over. */
async function bind(path: string, accept: (socket: Socket) => void): Promise<Result<Server, BusOpenFailure>> {
  for (let attempt = 0; attempt < TAKEOVERS_MAX; attempt++) {
    const server = createServer(accept)
    const problem = await listening(server, path)
    if (problem === undefined) return ok(server)
    if (problem !== 'EADDRINUSE') return fail('bus.cannot_listen', `${path}: ${problem}`)
    if ((await isAnswered(path)) || !(await removeStale(path))) break
  }
  return fail('bus.name_taken', `another process listens on ${path}; stop it first`)
}

function listening(server: Server, path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(path, () => resolve(undefined))
  })
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createConnection(path)
    probe.once('error', () => resolve(false))
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
  })
}

/**
 * Moves a socket file aside and deletes it when still nobody answers there. Two processes that start
 * at once would otherwise each delete the file that the other has just made.
 */
async function removeStale(path: string): Promise<boolean> {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch {
    return true
  }
  if (await isAnswered(aside)) {
    renameSync(aside, path)
    return false
  }
  rmSync(aside, { force: true })
  return true
}
