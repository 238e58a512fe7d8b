/** Frames over one channel: gathers what is sent in a turn, cuts and decodes what arrives. */

import type { Log } from '../../base/index.ts'
import type { Channel, ChannelEvents, Transport } from './channel.ts'
import { PacketReader, PacketWriter, readFrames, type Frame } from './frame.ts'

/** A peer that leaves this much unread is not served until it has caught up. */
const QUEUE_BYTES_MAX = 64 * 1024 * 1024

export type FrameStream = {
  /** `too_large` and `full` mean that the frame was not sent. */
  send(frame: Frame): 'sent' | 'too_large' | 'full'
  /** Delivers what was sent, then closes. */
  end(): void
  destroy(): void
}

/** Frames sent over `channel`, one write for each turn of the event loop. */
export function sendFrames(channel: Channel, soon: Transport['soon']): FrameStream {
  const writer = new PacketWriter()
  let isWaiting = false
  const flush = (): void => {
    isWaiting = false
    const packets = writer.take()
    if (packets.length > 0) channel.write(packets.length === 1 ? packets[0]! : Buffer.concat(packets))
  }
  return {
    send(frame) {
      if (channel.queuedBytes() > QUEUE_BYTES_MAX) return 'full'
      if (!writer.add(frame)) return 'too_large'
      if (!isWaiting) soon(flush)
      isWaiting = true
      return 'sent'
    },
    end() {
      flush()
      channel.end()
    },
    destroy: () => channel.destroy(),
  }
}

/** Channel events that become frames; `giveUp` is called for bytes that no bus of ours sends. */
export function receiveFrames(
  log: Log,
  on: { readonly frame: (frame: Frame) => void; readonly close: () => void; readonly giveUp: () => void },
): ChannelEvents {
  const reader = new PacketReader()
  let isBroken = false
  return {
    onClose: on.close,
    onBytes(chunk) {
      if (isBroken) return
      let frames: Frame[]
      try {
        frames = reader.push(chunk).flatMap(readFrames)
      } catch (error) {
        isBroken = true
        log.warn('a bus connection carried what is no frame and was closed', { error })
        on.giveUp()
        return
      }
      for (const frame of frames) on.frame(frame)
    },
  }
}
