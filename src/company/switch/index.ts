/** The switch: routes calls, carries them, and leaves a record of each. */
export { buildDirectory, emptyRows, type Caller, type Directory, type DirectoryRows } from './directory.ts'
