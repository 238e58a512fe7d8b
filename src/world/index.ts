/** The simulated outside: it speaks only what the real one speaks. */
export { demoInfoFile, type DemoInfo } from './demo-info.ts'
export { worldAct, worldFigures, type WorldAct, type WorldFigures } from './topics.ts'
export { prepareAuthority } from './authority/prepare-authority.ts'
