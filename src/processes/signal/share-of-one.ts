/** How many calls one customer may have at once: a share of what media can carry, so that all others have the rest. */

import type { Config } from '../../base/index.ts'

/** RTP and RTCP of both sides. */
const PORTS_OF_A_CALL = 4
const SHARE = 4
/** In a small installation a customer may well be all there is. */
const CALLS_MIN = 50

/** A quarter of the calls that fit into DIALHOUSE_RTP, at least 50. */
export function shareOfOne({ first, end }: Config['rtp']): number {
  return Math.max(CALLS_MIN, Math.floor((end - first) / PORTS_OF_A_CALL / SHARE))
}
