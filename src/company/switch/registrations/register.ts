/** REGISTER: a device proves itself, and its contacts are kept under its SIP user. */

import type { Registrar, Reply, SipMessage } from '../../../network/sip/index.ts'
import type { Flow } from '../../../network/transport/index.ts'
import type { Admission } from '../edge/admit.ts'
import type { Directory } from '../directory/directory.ts'

/** Answers a REGISTER; undefined is silence. */
export function answerRegister(
  parts: { readonly admission: Admission; readonly registrar: Registrar; readonly directory: Directory },
  request: SipMessage,
  flow: Flow,
): Reply {
  const { admission, registrar, directory } = parts
  const proof = admission.prove(request, flow)
  if (!proof.ok) return proof.reply
  const { sipUser, tenantId } = proof.account
  // RFC 3261 §10.3 step 4: a device speaks for its own address of record only.
  if (request.to?.uri.user !== sipUser) {
    admission.refused('foreign_aor')
    return { status: 403 }
  }
  // DESIGN.md §9: "terminated = devices no longer register".
  if (directory.customer(tenantId)?.status === 'terminated') {
    admission.refused('terminated')
    registrar.remove(sipUser)
    return { status: 403, reason: 'Service Ended' }
  }
  return registrar.register(sipUser, request, flow)
}

const ALLOW = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER, NOTIFY, SUBSCRIBE, REGISTER'

/** What we can do, for a peer that asks (RFC 3261 §11.2). */
const capabilities: Reply = {
  status: 200,
  headers: [
    ['Allow', ALLOW],
    ['Allow-Events', 'dialog, message-summary, reg'],
    ['Accept', 'application/sdp'],
    ['Supported', 'timer, replaces, norefersub'],
  ],
}

/** OPTIONS: strangers hear that we are there, whoever is known what we can do. */
export function answerOptions(may: 'all' | 'life' | undefined): Reply {
  if (may === undefined) return undefined
  return may === 'all' ? capabilities : { status: 200 }
}

/** Whatever else is asked outside a call: strangers are challenged, phones are told that we do not do it. */
export function answerOther(admission: Admission, request: SipMessage, flow: Flow): Reply {
  const proof = admission.prove(request, flow)
  if (!proof.ok) return proof.reply
  // A call is given away by whoever is in it; nobody is sent somewhere out of the blue (RFC 3515 §5.2).
  if (request.method === 'REFER') return { status: 403 }
  if (request.header('Event') !== undefined) return { status: 489 }
  return { status: 405, headers: [['Allow', ALLOW]] }
}
