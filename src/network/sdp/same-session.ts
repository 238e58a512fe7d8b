/** Whether two descriptions say the same (RFC 3264 §8): the origin line counts versions, and names who speaks. */

/** The same text but for its origin. */
export function isSameSession(one: string, other: string): boolean {
  const withoutOrigin = (sdp: string): string => sdp.replace(/^o=.*$/m, '')
  return withoutOrigin(one) === withoutOrigin(other)
}
