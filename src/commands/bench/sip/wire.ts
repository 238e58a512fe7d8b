/** A UDP socket of the load generator, with a loss of its own for those who ask for it. */

import { createSocket } from 'node:dgram'

const BUFFER_BYTES = 4 * 1024 * 1024

export type Wire = {
  readonly port: number
  send(text: string, address: string, port: number): void
  onText(take: (text: string, address: string, port: number) => void): void
  close(): Promise<void>
}

/** Opens a socket of 127.0.0.1; of a thousand datagrams each way `lossPerMille` get lost, evenly. */
export async function openWire(port: number, lossPerMille: number): Promise<Wire> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES, sendBufferSize: BUFFER_BYTES })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ address: '127.0.0.1', port, exclusive: true }, () => resolve())
  })
  let seen = 0
  // A multiplicative sequence: spread like chance, the same in every run.
  const isLost = (): boolean => lossPerMille > 0 && (++seen * 7919) % 1000 < lossPerMille
  return {
    port: socket.address().port,
    send(text, address, to) {
      if (!isLost()) socket.send(Buffer.from(text, 'latin1'), to, address)
    },
    onText(take) {
      socket.on('message', (bytes, remote) => {
        if (!isLost()) take(bytes.toString('latin1'), remote.address, remote.port)
      })
    },
    close: () => new Promise((resolve) => void socket.close(() => resolve())),
  }
}
