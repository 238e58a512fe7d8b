/** The rooms of one backend, by id: made for the first who comes, gone with the last who leaves. */

import type { RandomBytes } from '../../base/index.ts'
import type { RoomRole } from './backend.ts'
import type { Leg } from './leg.ts'
import type { Pacer } from './pacer.ts'
import { Room } from './room.ts'

export type Rooms = {
  /** A leg is in one room at a time: it leaves the one before. */
  join(roomId: string, leg: Leg, role: RoomRole): void
  leave(leg: Leg): void
}

/** No rooms yet; they are mixed on the pacer's beat. */
export function createRooms(pacer: Pacer, random: RandomBytes): Rooms {
  const rooms = new Map<string, Room>()

  const leave = (leg: Leg): void => {
    if (!leg.inRoom) return
    for (const [roomId, room] of rooms) {
      room.leave(leg)
      if (room.size > 0) continue
      pacer.remove(room)
      rooms.delete(roomId)
    }
  }

  return {
    leave,
    join(roomId, leg, role) {
      const known = rooms.get(roomId)
      if (!known?.has(leg)) leave(leg)
      const room = rooms.get(roomId) ?? new Room(random)
      if (!rooms.has(roomId)) pacer.add(room)
      rooms.set(roomId, room)
      room.join(leg, role)
    },
  }
}
