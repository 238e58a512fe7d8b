/** PostgreSQL: the embedded server or an external one, migrations, and the one door to its tables. */
export { openDb, type Db, type OpenDbOptions, type Scope } from './open-db.ts'
export { type Tx } from './column-types.ts'
export { type Schema } from './schema.ts'
export { type Role } from './roles.ts'
export { roleUrl, type SocketOptions } from './address.ts'
export { isUniqueViolation, type DbFailure } from './errors.ts'
