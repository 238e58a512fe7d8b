/** Who may come in, and what each may do. */
export { ownPersonOf, subjectOf, type Caller } from './caller.ts'
export { audienceOf, isStaff, permissions, permissionsOf, roles, type Permission, type Role } from './roles.ts'
export {
  API_KEYS_MAX,
  codeRefused,
  noPerson,
  noSuchKey,
  noSuchSession,
  passkeyRefused,
  roleTooWide,
  tooManyKeys,
} from './errors.ts'
export type { PasswordFailure, RecoveryFailure, SignInFailure, ThrottleFailure } from './errors.ts'
export { createPending } from './pending.ts'
export { changeAccess, inviteAgain, inviteLogin, listLogins, type Invitation } from './invite-login.ts'
export { endImpersonation, impersonate } from './impersonate.ts'
export { addPasskey, beginPasskey, listPasskeys, removePasskey, signInByPasskey, type Place } from './passkeys.ts'
export { beginCodes, confirmCodes, endCodes, signInByCode, type CodeBox } from './second-step.ts'
export { createPasswordHasher, type HashCost, type PasswordHasher } from './password.ts'
export { sourceOf } from './source.ts'
export { createThrottle, type Throttle } from './throttle.ts'
export { changeLogin, createLogin, findLoginById, type LoginRow, type NewLogin } from './logins.ts'
export {
  callerOfSession,
  forgetSessions,
  listSessions,
  openSession,
  revokeSession,
  type NewSession,
  type OpenSession,
} from './sessions.ts'
export { signIn, signOut, usesCodes, type IdentityParts, type SignedIn, type SignInRequest } from './sign-in.ts'
export {
  issueRecoveryLink,
  issueWelcomeLink,
  loginOfRecoveryLink,
  recoveryJob,
  requestRecovery,
  resetPassword,
  welcomeJob,
  type RecoveryLink,
} from './recovery.ts'
export {
  callerOfApiKey,
  countApiKeys,
  createApiKey,
  isApiKeyOpen,
  listApiKeys,
  mayGrant,
  revokeApiKey,
  type KeyRole,
} from './api-keys.ts'
export { issueSignInLink, signInByLink } from './sign-in-links.ts'
export {
  addMasterKey,
  masterKeysFile,
  openMasterKeys,
  parseMasterKeys,
  sipPassword,
  type MasterKeyFailure,
  type MasterKeys,
} from './master-key.ts'
export { openSecret, sealSecret } from './seal-secret.ts'
export { sealAudit, startAuditSealer, verifyAudit, type AuditSealer, type AuditVerdict } from './seal-audit.ts'
export { recordAudit, type AuditEntry } from './record-audit.ts'
