/** What one side answered, offered to another one. */

/**
 * The same description as an offer: whose keys pass between both ends leaves it open which of them begins
 * (RFC 8842 §5.2, RFC 5763 §5).
 */
export function asOffer(sdp: string): string {
  return sdp.includes('a=setup:') ? sdp.replaceAll(/^a=setup:(?:active|passive)/gm, 'a=setup:actpass') : sdp
}
