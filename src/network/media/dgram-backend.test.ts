/** The relay on Node's sockets keeps the contract of every media backend. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../base/index.ts'
import { createDgramBackend } from './dgram-backend.ts'
import { loadPrompts } from './prompt-library.ts'
import { mediaConformance } from './testing.ts'

const prompts = loadPrompts()

mediaConformance('dgram', async (options) => {
  const clock = systemClock({ keepAlive: true })
  const recordings = mkdtempSync(join(tmpdir(), 'dialhouse-recordings-'))
  const backend = createDgramBackend({ ...options, address: '127.0.0.1', prompts, clock, recordings })
  return {
    backend,
    async close() {
      await backend.close()
      rmSync(recordings, { recursive: true, force: true })
    },
  }
})
