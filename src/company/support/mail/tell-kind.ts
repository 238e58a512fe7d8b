/** The job that tells somebody by mail what the desk said. */

import { jobKind } from '../../../platform/jobs/index.ts'

/** Put aside with every public answer of staff. */
export const telling = jobKind<{ entryId: string }>('support.tell')
