/**
 * Several media processes as one backend: a new call goes to one that is up, and stays there. When a
 * process goes away its calls go with it, and nobody else's.
 */

import { fail, type Result } from '../../base/index.ts'
import type { MediaBackend, MediaCallId, MediaFailure } from '../../network/media/index.ts'

export type MediaPool = MediaBackend & {
  /** A process came or went; returns the calls that ended with it. */
  setUp(name: string, isUp: boolean): readonly MediaCallId[]
  /** Names of the processes that are away. */
  away(): readonly string[]
}

type Member = { readonly name: string; readonly backend: MediaBackend; isUp: boolean; calls: Set<MediaCallId> }

const unavailable = fail('media.unavailable', 'no media process answers')

/** Makes a pool; a member counts as up until it is said to be away. */
export function createMediaPool(backends: ReadonlyMap<string, MediaBackend>): MediaPool {
  const members = [...backends].map(([name, backend]): Member => ({ name, backend, isUp: true, calls: new Set() }))
  const owners = new Map<MediaCallId, Member>()
  let turn = 0

  const own = (member: Member, callId: MediaCallId): void => {
    owners.set(callId, member)
    member.calls.add(callId)
  }
  const disown = (callId: MediaCallId): void => {
    owners.get(callId)?.calls.delete(callId)
    owners.delete(callId)
  }
  /** Those that are up, each its turn; then, because news may be late, those that are said to be away. */
  const candidates = (): Member[] => {
    const from = turn++ % Math.max(1, members.length)
    const inTurn = [...members.slice(from), ...members.slice(0, from)]
    return [...inTurn.filter((member) => member.isUp), ...inTurn.filter((member) => !member.isUp)]
  }
  /** Does the first act of a call, or a later one where the call lives. */
  const place = async <T extends Result<string, MediaFailure>>(
    callId: MediaCallId,
    act: (backend: MediaBackend) => Promise<T>,
  ): Promise<T | typeof unavailable> => {
    const owner = owners.get(callId)
    if (owner) return act(owner.backend)
    for (const member of candidates()) {
      // Owned before it is asked: a second offer of the same call must not go elsewhere meanwhile.
      own(member, callId)
      const result = await act(member.backend)
      if (result.ok || result.failure.code !== 'media.unavailable') return result
      if (owners.get(callId) === member) disown(callId)
      const moved = owners.get(callId)
      if (moved) return act(moved.backend)
    }
    return unavailable
  }
  const at = <T>(callId: MediaCallId, act: (backend: MediaBackend) => Promise<T>, otherwise: T): Promise<T> => {
    const owner = owners.get(callId)
    return owner ? act(owner.backend) : Promise.resolve(otherwise)
  }

  return {
    capabilities: () => members[0]!.backend.capabilities(),
    offer: (request) => place(request.callId, (backend) => backend.offer(request)),
    terminate: (request) => place(request.callId, (backend) => backend.terminate(request)),
    answer: (request) => at(request.callId, (backend) => backend.answer(request), unavailable),
    play: (request) => at(request.callId, (backend) => backend.play(request), unavailable),
    stop: (request) => at(request.callId, (backend) => backend.stop(request), undefined),
    stats: (callId) => at(callId, (backend) => backend.stats(callId), []),
    async release(callId) {
      const owner = owners.get(callId)
      disown(callId)
      return owner ? owner.backend.release(callId) : []
    },
    async list() {
      const lists = await Promise.all(
        members.map(async (member) => {
          const calls = await member.backend.list().catch(() => [])
          for (const { callId } of calls) if (!owners.has(callId)) own(member, callId)
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
      for (const callId of lost) disown(callId)
      return lost
    },
    away: () => members.filter((member) => !member.isUp).map((member) => member.name),
  }
}
