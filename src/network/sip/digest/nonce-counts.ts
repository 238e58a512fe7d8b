/** Which counts of which nonce were used (RFC 7616 §3.4 `nc`): a sliding window against replay. */

/** Older counts than this many below the highest are taken for used. */
const WINDOW = 31

type Use = { readonly user: string; readonly usedAt: number; highest: number; seen: number }

export type NonceCounts = {
  /** Whether this user may use this count of this nonce now; remembers it when he may. */
  use(nonce: string, user: string, count: number): boolean
  size(): number
}

/** Remembers a nonce for `lifeMs`, at most `max` of them; the oldest go first. */
export function createNonceCounts(options: { lifeMs: number; max: number; now(): number }): NonceCounts {
  const uses = new Map<string, Use>()
  const forget = (): void => {
    for (const [nonce, use] of uses) {
      if (uses.size <= options.max && options.now() - use.usedAt <= options.lifeMs) return
      uses.delete(nonce)
    }
  }
  return {
    use(nonce, user, count) {
      const use = uses.get(nonce)
      if (!use) {
        forget()
        uses.set(nonce, { user, usedAt: options.now(), highest: count, seen: 1 })
        return true
      }
      if (use.user !== user) return false
      const behind = use.highest - count
      if (behind < 0) {
        use.seen = -behind > WINDOW ? 1 : ((use.seen << -behind) | 1) >>> 0
        use.highest = count
        return true
      }
      if (behind > WINDOW || ((use.seen >>> behind) & 1) === 1) return false
      use.seen = (use.seen | (1 << behind)) >>> 0
      return true
    },
    size: () => uses.size,
  }
}
