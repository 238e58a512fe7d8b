/** Everything that can go wrong with a call's media, by its stable code. */

import type { Failure } from '../../base/index.ts'

/** All UDP ports of the range are in use: DIALHOUSE_RTP is too small, or calls are not released. */
export type NoPorts = Failure<'media.no_ports'>

/** An SDP that cannot be read, or that contradicts the offer it answers. */
export type BadSdp = Failure<'media.bad_sdp'>

/** The two sides share no way to carry audio, or the one that is needed here is missing. */
export type NoCodec = Failure<'media.no_codec'>

/** No such call, or no such leg in it: it was released, or its media timed out. */
export type UnknownCall = Failure<'media.unknown_call'>

/** Neither an announcement of the catalogue nor a tone. */
export type UnknownPrompt = Failure<'media.unknown_prompt'>

/** The media process did not answer. */
export type MediaUnavailable = Failure<'media.unavailable'>

export type MediaFailure = NoPorts | BadSdp | NoCodec | UnknownCall | UnknownPrompt | MediaUnavailable
