/** Messages between processes. */
export { eventTopic, requestTopic, type Bus, type BusFailure, type EventTopic, type RequestTopic } from './bus.ts'
