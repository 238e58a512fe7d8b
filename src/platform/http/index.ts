/** Operation tables and what is made of them: routes, OpenAPI, the browser's client. */
export { defineOperations, type InputOf, type Operation, type OperationTable, type OutputOf } from './operation.ts'
export type { FailureCodeOf, Method, WireBody, WireOutput, WireParams, WireQuery } from './operation.ts'
export { csv, type CsvAnswer, type CsvOutput } from './csv-answer.ts'
export { file, type FileAnswer } from './file-answer.ts'
export { day, flag, id, instant, micros, nanos, wholeNumber } from './wire.ts'
export { pageOf, pageQuery, readPage, toPage, type PageRequest } from './page.ts'
export { addressOf, createClient, type Client, type ClientOptions, type TransportCode } from './client.ts'
export { events, type Emit, type EventFeed, type EventsOutput } from './event-stream.ts'
export {
  bindOperations,
  type AuditNote,
  type BoundOperation,
  type CallerContext,
  type Handlers,
  type PublicContext,
} from './bind-operations.ts'
export { mountOperations, type MountOptions } from './mount-operations.ts'
export { createDoor, refused, sentence, sessionCookie, sessionTokenOf } from './door.ts'
export type { Credential, Door, DoorContext, DoorEnv, DoorOptions } from './door.ts'
export { openApi } from './open-api.ts'
export { notFound, problem, type DoorFailure } from './problem.ts'
export { readForm } from './read-body.ts'
export { hostName, isLoopback } from './hosts.ts'
export { forgetAnswers } from './keep-answer.ts'
export { listenHttp, type Certificate, type ListenFailure, type Listening } from './listen.ts'
