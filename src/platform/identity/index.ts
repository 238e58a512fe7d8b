/** Who may come in, and what each may do. */
export { ownPersonOf, subjectOf, type Caller } from './caller.ts'
export { isRole, isStaff, permissions, permissionsOf, roles, type Permission, type Role } from './roles.ts'
