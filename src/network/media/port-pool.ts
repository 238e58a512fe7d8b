/**
 * The UDP ports of a relay: pairs of an even port for RTP and the next one for RTCP (RFC 3550 §11),
 * handed out in random order, so that the next call's port cannot be guessed.
 */

import { createSocket, type Socket } from 'node:dgram'
import { messageOf, ok, type RandomBytes, type Result } from '../../base/index.ts'
import { familyOf } from './address.ts'
import { noPorts, type NoPorts } from './errors.ts'

export type PortPair = { readonly rtp: Socket; readonly rtcp: Socket; readonly port: number }

export type PortPool = {
  /** Binds a free pair; ports that another program holds are skipped. Fails when the range is used up. */
  open(): Promise<Result<PortPair, NoPorts>>
  /** Closes both sockets and makes the pair free again. */
  close(pair: PortPair): Promise<void>
  /** Whether a port of our own address belongs to a pair in use. */
  owns(port: number): boolean
  free(): number
}

export type PortPoolOptions = {
  readonly address: string
  /** Half open; the first is even. */
  readonly range: { readonly first: number; readonly end: number }
  readonly random: RandomBytes
}

/** Room for bursts while the event loop is busy: a second of 20 ms packets is 50. */
const RECEIVE_BUFFER = 256 * 1024

/** A pool of all pairs of a range. */
export function createPortPool({ address, range, random }: PortPoolOptions): PortPool {
  const free: number[] = []
  for (let port = range.first; port + 1 < range.end; port += 2) free.push(port)
  const used = new Set<number>()

  const takeAny = (): number | undefined => {
    const draw = random(4)
    const at = (((draw[0]! << 24) | (draw[1]! << 16) | (draw[2]! << 8) | draw[3]!) >>> 0) % free.length
    const last = free.pop()
    if (last === undefined || at === free.length) return last
    const taken = free[at]
    free[at] = last
    return taken
  }

  return {
    async open() {
      // Pairs held by others are set aside during this search only: they may be free the next time.
      const skipped: number[] = []
      try {
        for (let port = takeAny(); port !== undefined; port = takeAny()) {
          const pair = await bindPair(address, port)
          if (typeof pair === 'object') {
            used.add(port)
            return ok(pair)
          }
          skipped.push(port)
          // Every other port would fail in the same way.
          if (pair !== 'EADDRINUSE') return noPorts({ inUse: used.size, heldByOthers: skipped.length, reason: pair })
        }
      } finally {
        free.push(...skipped)
      }
      return noPorts({ inUse: used.size, heldByOthers: skipped.length, reason: 'EADDRINUSE' })
    },
    async close(pair) {
      if (!used.delete(pair.port)) return
      await Promise.all([closeSocket(pair.rtp), closeSocket(pair.rtcp)])
      free.push(pair.port)
    },
    owns: (port) => used.has(port - (port % 2)),
    free: () => free.length,
  }
}

/** A pair of bound sockets, or the code of the error: `EADDRINUSE` when somebody else has one of the ports. */
async function bindPair(address: string, port: number): Promise<PortPair | string> {
  const rtp = await bindSocket(address, port)
  if (typeof rtp === 'string') return rtp
  const rtcp = await bindSocket(address, port + 1)
  if (typeof rtcp === 'object') return { rtp, rtcp, port }
  await closeSocket(rtp)
  return rtcp
}

async function bindSocket(address: string, port: number): Promise<Socket | string> {
  const socket = createSocket({
    type: familyOf(address),
    // Each family has sockets of its own.
    ipv6Only: familyOf(address) === 'udp6',
    recvBufferSize: RECEIVE_BUFFER,
    // Targets are always IP addresses; the resolver would cost a turn of the event loop for every packet.
    lookup: (host, _, done) => done(null, host, familyOf(host) === 'udp4' ? 4 : 6),
  })
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind({ address, port, exclusive: true }, () => {
        socket.off('error', reject)
        resolve()
      })
    })
    return socket
  } catch (thrown) {
    socket.close()
    return (thrown as NodeJS.ErrnoException).code ?? messageOf(thrown)
  }
}

function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', resolve)
    socket.close()
  })
}
