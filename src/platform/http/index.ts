/** Operation tables and what is made of them: routes, OpenAPI, the browser's client. */
export { defineOperations, type InputOf, type Operation, type OperationTable, type OutputOf } from './operation.ts'
export type { FailureCodeOf, Method, WireBody, WireOutput, WireParams, WireQuery } from './operation.ts'
export { csv, type CsvAnswer, type CsvOutput } from './csv-answer.ts'
export { day, flag, id, instant, micros, nanos, wholeNumber } from './wire.ts'
export { pageOf, pageQuery, readPage, toPage, type PageFailure, type PageKey, type PageRequest } from './page.ts'
export { addressOf, createClient, type Client, type ClientOptions, type TransportCode } from './client.ts'
