/** What can go wrong when sockets are opened. */

import type { Failure } from '../../base/index.ts'

export type TransportFailure = Failure<'transport.cannot_listen'>
