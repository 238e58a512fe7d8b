/** Registrations of the load: each is challenged once and answered, as a phone after its start. */

import type { Clock } from '../../../base/index.ts'
import { quantilesOf, type LoadResult, type RegisterLoad } from './load.ts'
import { onSchedule } from './schedule.ts'
import { authorize, challengeOf, headerOf, statusOf } from './sip-text.ts'
import { openWire } from './wire.ts'

const PATIENCE_MS = 8000

type Registration = { readonly user: string; readonly password: string; sentAt: number; isProved: boolean }

/** Registers the users in turn at the wanted rate; a user comes again when there are fewer of them. */
export async function register(load: RegisterLoad, clock: Clock): Promise<LoadResult> {
  const { host, port } = load.target
  const wire = await openWire(0, 0)
  const waiting = new Map<string, Registration>()
  const failures: Record<string, number> = {}
  const [answers, lateness]: [number[], number[]] = [[], []]
  let completed = 0
  const send = (id: string, { user }: Registration, cseq: number, authorization: string): void => {
    const text = [
      `REGISTER sip:${host}:${port} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${wire.port};branch=z9hG4bK${id}c${cseq};rport`,
      'Max-Forwards: 70',
      `From: <sip:${user}@${host}>;tag=${id}`,
      `To: <sip:${user}@${host}>`,
      `Call-ID: ${id}`,
      `CSeq: ${cseq} REGISTER`,
      `Contact: <sip:${user}@127.0.0.1:${wire.port}>`,
      'Expires: 3600',
      `${authorization}Content-Length: 0\r\n\r\n`,
    ].join('\r\n')
    wire.send(text, host, port)
  }
  wire.onText((text) => {
    const [id, status] = [headerOf(text, 'Call-ID'), statusOf(text)]
    const one = waiting.get(id)
    if (!one || status === undefined) return
    const challenge = status === 401 && !one.isProved ? challengeOf(text) : undefined
    if (challenge) {
      one.isProved = true
      const { user, password } = one
      return send(id, one, 2, authorize(challenge, { user, password, method: 'REGISTER', uri: `sip:${host}:${port}` }))
    }
    waiting.delete(id)
    if (status === 200) {
      completed += 1
      answers.push(clock.monotonic() - one.sentAt)
    } else failures[status] = (failures[status] ?? 0) + 1
  })
  const total = Math.round(load.ratePerSecond * load.seconds)
  await onSchedule(clock, total, load.ratePerSecond, (index, lateMs) => {
    lateness.push(lateMs)
    const { user, password } = load.users[index % load.users.length]!
    const one = { user, password, sentAt: clock.monotonic(), isProved: false }
    const id = `r${index}p${process.pid}`
    waiting.set(id, one)
    send(id, one, 1, '')
  })
  await new Promise((resolve) => void clock.after(PATIENCE_MS, () => resolve(undefined)))
  await wire.close()
  if (waiting.size > 0) failures['no_answer'] = waiting.size
  return {
    begun: total,
    completed,
    failed: total - completed,
    failures,
    emergencies: { begun: 0, completed: 0 },
    lostByes: 0,
    retransmissions: 0,
    setupMs: quantilesOf(answers),
    latenessMs: quantilesOf(lateness),
    seconds: load.seconds,
  }
}
