/** The relay on Node's sockets keeps the contract of every media backend. */

import { systemClock } from '../../base/index.ts'
import { createDgramBackend } from './dgram-backend.ts'
import { loadPrompts } from './prompt-library.ts'
import { mediaConformance } from './testing.ts'

const prompts = loadPrompts()

mediaConformance('dgram', async (options) => {
  const clock = systemClock({ keepAlive: true })
  const backend = createDgramBackend({ ...options, address: '127.0.0.1', prompts, clock })
  return { backend, close: () => backend.close() }
})
