/** The offer of a caller that made none. */

/**
 * An offer for a caller that sent none (RFC 3264 §4 lets the answer wait for the ACK): common codecs at
 * no address, so that nothing is sent to the caller before it says where it listens.
 */
export const blankOffer = [
  'v=0',
  'o=- 0 0 IN IP4 0.0.0.0',
  's=-',
  'c=IN IP4 0.0.0.0',
  't=0 0',
  'm=audio 9 RTP/AVP 0 8 101',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  '',
].join('\r\n')
