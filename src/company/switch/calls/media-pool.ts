/**
 * Several media processes as one backend: a new call goes to one that is up, and stays there. When a
 * process goes away its calls go with it, and nobody else's.
 */

import { fail, type Result } from '../../../base/index.ts'
import type { MediaBackend, MediaCallId, MediaFailure } from '../../../network/media/index.ts'

export type MediaPool = MediaBackend & {
  /** A process came or went; returns the calls that ended with it. */
  setUp(name: string, isUp: boolean): readonly MediaCallId[]
  /** Names of the processes that are away. */
  away(): readonly string[]
}

type Member = { readonly name: string; readonly backend: MediaBackend; isUp: boolean; calls: Set<MediaCallId> }

const unavailable = fail('media.unavailable', 'no media process answers')

/** Which member has which call. */
class Owners {
  readonly members: readonly Member[]
  readonly #owners = new Map<MediaCallId, Member>()
  #turn = 0

  constructor(members: readonly Member[]) {
    this.members = members
  }

  of(callId: MediaCallId): Member | undefined {
    return this.#owners.get(callId)
  }

  own(member: Member, callId: MediaCallId): void {
    this.#owners.set(callId, member)
    member.calls.add(callId)
  }

  disown(callId: MediaCallId): void {
    this.#owners.get(callId)?.calls.delete(callId)
    this.#owners.delete(callId)
  }

  /** Those that are up, each its turn; then, because news may be late, those that are said to be away. */
  candidates(): readonly Member[] {
    const from = this.#turn++ % Math.max(1, this.members.length)
    const inTurn = [...this.members.slice(from), ...this.members.slice(0, from)]
    return [...inTurn.filter((member) => member.isUp), ...inTurn.filter((member) => !member.isUp)]
  }

  /** Does the first act of a call, or a later one where the call lives. */
  async place<T extends Result<string, MediaFailure>>(
    callId: MediaCallId,
    act: (backend: MediaBackend) => Promise<T>,
  ): Promise<T | typeof unavailable> {
    const owner = this.of(callId)
    if (owner) return act(owner.backend)
    for (const member of this.candidates()) {
      // Owned before it is asked: a second offer of the same call must not go elsewhere meanwhile.
      this.own(member, callId)
      const result = await act(member.backend)
      if (result.ok || result.failure.code !== 'media.unavailable') return result
      if (this.of(callId) === member) this.disown(callId)
      const moved = this.of(callId)
      if (moved) return act(moved.backend)
    }
    return unavailable
  }
}

/** Makes a pool; a member is asked last until it is said to be up. */
export function createMediaPool(backends: ReadonlyMap<string, MediaBackend>): MediaPool {
  const members = [...backends].map(([name, backend]): Member => ({ name, backend, isUp: false, calls: new Set() }))
  const owners = new Owners(members)
  const at = <T>(callId: MediaCallId, act: (backend: MediaBackend) => Promise<T>, otherwise: T): Promise<T> => {
    const owner = owners.of(callId)
    return owner ? act(owner.backend) : Promise.resolve(otherwise)
  }

  return {
    capabilities: () => members[0]!.backend.capabilities(),
    offer: (request) => owners.place(request.callId, (backend) => backend.offer(request)),
    terminate: (request) => owners.place(request.callId, (backend) => backend.terminate(request)),
    answer: (request) => at(request.callId, (backend) => backend.answer(request), unavailable),
    play: (request) => at(request.callId, (backend) => backend.play(request), unavailable),
    record: (request) => at(request.callId, (backend) => backend.record(request), unavailable),
    joinRoom: (request) => at(request.callId, (backend) => backend.joinRoom(request), unavailable),
    leaveRoom: (request) => at(request.callId, (backend) => backend.leaveRoom(request), undefined),
    press: (request) => at(request.callId, (backend) => backend.press(request), false),
    collect: (request) => at(request.callId, (backend) => backend.collect(request), undefined),
    pauseRecording: (request) => at(request.callId, (backend) => backend.pauseRecording(request), undefined),
    stopRecording: (request) => at(request.callId, (backend) => backend.stopRecording(request), undefined),
    stop: (request) => at(request.callId, (backend) => backend.stop(request), undefined),
    stats: (callId) => at(callId, (backend) => backend.stats(callId), []),
    async release(callId) {
      const owner = owners.of(callId)
      owners.disown(callId)
      return owner ? owner.backend.release(callId) : []
    },
    async list() {
      const lists = await Promise.all(
        members.map(async (member) => {
          const calls = await member.backend.list().catch(() => [])
          for (const { callId } of calls) if (!owners.of(callId)) owners.own(member, callId)
          return calls
        }),
      )
      return lists.flat()
    },
    setUp(name, isUp) {
      const member = members.find((one) => one.name === name)
      if (!member || member.isUp === isUp) return []
      member.isUp = isUp
      if (isUp) return []
      const lost = [...member.calls]
      for (const callId of lost) owners.disown(callId)
      return lost
    },
    away: () => members.filter((member) => !member.isUp).map((member) => member.name),
  }
}
