/**
 * Bounds what open connections can cost. A client that opens many and says little (slowloris) loses its oldest
 * silent ones to its newer ones, so that it cannot keep anybody out, not even itself.
 */

import type { Server, Socket } from 'node:net'
import { sourceOf } from '../identity/index.ts'

export type ConnectionLimits = { readonly perAddress: number; readonly total: number }

export const defaultLimits: ConnectionLimits = { perAddress: 512, total: 4096 }

/** Counts connections of a listening socket. `busy` marks one while a request of it is being answered. */
export type ConnectionGuard = { busy(socket: Socket, isBusy: boolean): void; count(): number; closeAll(): void }

/** One client has as many addresses of an IPv6 network as it likes: they count as one. */
function placeOf(address: string): string {
  return address.includes(':') && !address.includes('.') ? sourceOf(address) : address
}

/** Watches the connections of `server`, the outermost one that accepts them. */
export function guardConnections(server: Server, limits: ConnectionLimits = defaultLimits): ConnectionGuard {
  const open = new Set<Socket>()
  const byAddress = new Map<string, Set<Socket>>()
  const busy = new WeakSet<Socket>()
  // Sets keep the order of arrival: the first silent one is the oldest.
  const dropOldestSilent = (sockets: ReadonlySet<Socket>): boolean => {
    for (const socket of sockets) {
      if (busy.has(socket)) continue
      forget(socket)
      socket.destroy()
      return true
    }
    return false
  }
  const forget = (socket: Socket): void => {
    open.delete(socket)
    const address = addressOf.get(socket) ?? ''
    const same = byAddress.get(address)
    same?.delete(socket)
    if (same?.size === 0) byAddress.delete(address)
  }
  const addressOf = new WeakMap<Socket, string>()
  server.on('connection', (socket: Socket) => {
    const address = placeOf(socket.remoteAddress ?? '')
    const same = byAddress.get(address) ?? new Set()
    const hasRoom =
      (same.size < limits.perAddress || dropOldestSilent(same)) && (open.size < limits.total || dropOldestSilent(open))
    if (!hasRoom) {
      socket.destroy()
      return
    }
    addressOf.set(socket, address)
    open.add(socket)
    byAddress.set(address, same.add(socket))
    socket.on('close', () => forget(socket))
    socket.on('error', () => socket.destroy())
  })
  return {
    busy: (socket, isBusy) => void (isBusy ? busy.add(socket) : busy.delete(socket)),
    count: () => open.size,
    closeAll: () => open.forEach((socket) => socket.destroy()),
  }
}
