/** For tests: a house made of the product's registrar and digest that takes registrations and connects nobody. */

import { FailureError, silentLog, systemClock } from '../../base/index.ts'
import {
  createDigestServer,
  createEndpoint,
  createRegistrar,
  type Registrar,
  type SipEvents,
} from '../../network/sip/index.ts'
import { createSockets, machineHashes, type SocketAddress } from '../../network/transport/index.ts'

export type TestRegistrar = {
  readonly registrar: Registrar
  readonly realm: string
  readonly local: SocketAddress
  close(): Promise<void>
}

const clock = systemClock({ keepAlive: true })
const nothing = (): void => {}

/** Opens it on a free port of loopback; whoever proves a password is told 480 when he calls. */
export async function openRegistrar(passwordOf: (user: string) => string | undefined): Promise<TestRegistrar> {
  const realm = 'b7f1'
  const digest = createDigestServer({
    realm,
    clock,
    hashes: machineHashes,
    ha1(user, asked, algorithm) {
      const password = passwordOf(user)
      return password && machineHashes.hash(algorithm, `${user}:${asked}:${password}`)
    },
  })
  const registrar = createRegistrar({
    clock,
    events: { onRegistered: nothing, onUnregistered: nothing },
    onError(error) {
      throw error
    },
  })
  const events: SipEvents = {
    admitInvite(request, flow) {
      const verdict = digest.authenticate(request, flow)
      return verdict.ok ? { status: 480 } : verdict.reply
    },
    onInvite: nothing,
    onProgress: nothing,
    onAnswered: nothing,
    onConfirmed: nothing,
    onReinvite: nothing,
    onReinviteDone: nothing,
    onInfo: nothing,
    onEnded: nothing,
    onRequest(request, flow) {
      const verdict = digest.authenticate(request, flow)
      return verdict.ok ? registrar.register(verdict.user, request, flow) : verdict.reply
    },
  }
  const transport = createSockets({ listen: { address: '127.0.0.1', port: 0 }, clock, log: silentLog })
  const sip = createEndpoint({ transport, clock, log: silentLog, hashes: machineHashes, events })
  const opened = await sip.open()
  if (!opened.ok) throw new FailureError(opened.failure)
  return {
    registrar,
    realm,
    local: opened.value[0]!.local,
    async close() {
      registrar.close()
      await sip.close()
    },
  }
}
