/**
 * How good a leg sounded, estimated from what was counted: the E-model of ITU-T G.107 (R factor) with the codec's
 * impairments of G.113 Appendix I, and its Annex B for the opinion score. The delay of the networks is not known to us:
 * only packets and the buffer that jitter asks for count, so that a good figure does not prove good audio.
 */

export type HeardLeg = {
  readonly codec: string | undefined
  readonly packetsIn: number
  readonly lost: number
  readonly jitterMs: number
}

export type LegQuality = {
  /** Mean opinion score, 1 to 4.5; undefined when no packet came. */
  readonly mos: number | undefined
  readonly lossPercent: number
}

/** Impairment of the codec itself, and how well its concealment bears loss. */
type Impairment = { readonly ie: number; readonly bpl: number }
const impairments: Readonly<Record<string, Impairment>> = {
  PCMU: { ie: 0, bpl: 25.1 },
  PCMA: { ie: 0, bpl: 25.1 },
  G729: { ie: 11, bpl: 19 },
  G722: { ie: 0, bpl: 25.1 },
  OPUS: { ie: 0, bpl: 25.1 },
}
const unknownCodec: Impairment = { ie: 11, bpl: 10 }

const R_BEST = 93.2
const PACKET_MS = 20
const DELAY_FELT_MS = 177.3

/** The score of what came in on a leg. */
export function estimateQuality({ codec, packetsIn, lost, jitterMs }: HeardLeg): LegQuality {
  const sent = packetsIn + lost
  if (packetsIn === 0) return { mos: undefined, lossPercent: sent === 0 ? 0 : 100 }
  const lossPercent = (100 * lost) / sent
  const { ie, bpl } = impairments[(codec ?? '').toUpperCase()] ?? unknownCodec
  const heard = ie + ((95 - ie) * lossPercent) / (lossPercent + bpl)
  const delay = 2 * PACKET_MS + 2 * jitterMs
  const late = 0.024 * delay + 0.11 * Math.max(0, delay - DELAY_FELT_MS)
  return { mos: opinionOf(R_BEST - heard - late), lossPercent }
}

/** ITU-T G.107 Annex B. */
function opinionOf(r: number): number {
  if (r <= 0) return 1
  if (r >= 100) return 4.5
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6)
}
