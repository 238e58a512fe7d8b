/** Counts how devices prove their passwords: who knows nothing better than MD5 is seen before that ends. */

import type { Metrics } from '../../../base/index.ts'
import type { DigestServer } from '../../../network/sip/index.ts'

/** The same digest server, with a counter. */
export function countProofs(digest: DigestServer, metrics: Metrics): DigestServer {
  const proofs = metrics.counter('dialhouse_sip_proved_total', 'Passwords proved, by digest algorithm and transport')
  return {
    ...digest,
    authenticate(request, flow) {
      const verdict = digest.authenticate(request, flow)
      if (verdict.ok) proofs.add(1, { algorithm: verdict.algorithm, protocol: flow.protocol })
      return verdict
    },
  }
}
