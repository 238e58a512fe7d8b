/** What can be wrong with a session description. */

import type { Failure } from '../../base/index.ts'

export type SdpFailure = Failure<'sdp.malformed' | 'sdp.too_large'>
export type AnswerFailure = Failure<'sdp.no_common_codec'>
