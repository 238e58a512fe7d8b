/** Messages between processes. */
export { eventTopic, requestTopic, type Bus, type EventTopic, type RequestTopic } from './bus.ts'
export type { BusFailure, BusOpenFailure } from './errors.ts'
export type { BusOptions } from './open-bus.ts'
export { createSocketBus } from './socket-bus.ts'
export { createLocalBusNetwork, type LocalBusNetwork } from './local-network.ts'
export { busFolder } from './bus-folder.ts'
