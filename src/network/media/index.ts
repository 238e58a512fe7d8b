/** The media plane: a relay for the audio of calls, announcements and tones. */
export { decodeG711, encodeG711, G711_RATE, silenceOf, ulawToAlaw, type G711Codec } from './g711.ts'
export { measureTone, tonesHeard, type ToneMeasure } from './goertzel.ts'
export { amplitudeOf, sines, toneUlaw, type ToneName } from './tones.ts'
export { estimateQuality } from './estimate-mos.ts'
export { createPacer, type Paced, type Pacer } from './pacer.ts'
export { resample } from './resample.ts'
export { readWav, type LinearAudio } from './wav.ts'
export { locales, promptIds, promptTexts, type Locale, type PromptId } from './prompts.ts'
export {
  audioHash,
  loadPrompts,
  promptFolder,
  type PromptAudio,
  type PromptLibrary,
  type PromptManifest,
} from './prompt-library.ts'
export type {
  LegMediaStats,
  MediaBackend,
  MediaCallId,
  MediaCallSummary,
  MediaEvent,
  MediaExchange,
  MediaLegId,
  RecordingReady,
} from './backend.ts'
export { mediaUnavailable, type MediaFailure } from './errors.ts'
export { createDgramBackend, type DgramBackend, type DgramBackendOptions } from './dgram-backend.ts'
export { mediaEvents, mediaTopics } from './bus-topics.ts'
export { serveMediaBackend } from './serve-backend.ts'
export { remoteMediaBackend } from './remote-backend.ts'
export {
  isRtcp,
  isRtp,
  payloadTypeOf,
  readRtpHeader,
  RTP_HEADER,
  rtpPayload,
  writeRtpHeader,
  type RtpHeader,
} from './rtp.ts'
export { Reception } from './reception.ts'
