/** Everything that can go wrong with a call's media, by its stable code. */

import { fail, type Failure } from '../../base/index.ts'

export type NoPorts = Failure<'media.no_ports'>
export type BadSdp = Failure<'media.bad_sdp'>
export type NoCodec = Failure<'media.no_codec'>
export type UnknownCall = Failure<'media.unknown_call'>
export type UnknownPrompt = Failure<'media.unknown_prompt'>
export type MediaUnavailable = Failure<'media.unavailable'>
export type CannotRecord = Failure<'media.cannot_record'>
export type BadAudio = Failure<'media.bad_audio'>

/** What a backend's acts fail with. */
export type MediaFailure = NoPorts | BadSdp | NoCodec | UnknownCall | UnknownPrompt | CannotRecord | MediaUnavailable

/** No such call, or no such leg in it: it was released, or its media timed out. */
export const unknownCall = fail('media.unknown_call', 'this call has no such leg here: it was released or timed out')

/** An SDP that cannot be read, or that contradicts the offer it answers. */
export function badSdp(why: string) {
  return fail('media.bad_sdp', why)
}

/** The two sides share no way to carry audio, or the one that is needed here is missing. */
export function noCodec(why: string) {
  return fail('media.no_codec', why)
}

/** All UDP ports of the range are in use: DIALHOUSE_RTP is too small, or calls are not released. */
export function noPorts(facts: { readonly inUse: number; readonly heldByOthers: number; readonly reason: string }) {
  return fail('media.no_ports', 'no UDP port is free: widen DIALHOUSE_RTP or add a media process', facts)
}

/** Neither an announcement of the catalogue nor a tone. */
export function unknownPrompt(prompt: string) {
  return fail('media.unknown_prompt', 'no announcement and no tone has this name', { prompt })
}

/** No media process, or not this one, answers; `reason` is the code of the bus. */
export function mediaUnavailable(reason: string) {
  return fail('media.unavailable', 'the media process does not answer', { reason })
}

/** The disk refuses, or this backend was given no folder for recordings. */
export function cannotRecord(why: string) {
  return fail('media.cannot_record', why)
}

/** A file whose audio cannot be used. */
export function badAudio(why: string) {
  return fail('media.bad_audio', why)
}
