/** The second step of a sign-in: a one-time code, or one of the codes on paper. */

import { createHash } from 'node:crypto'
import { ok, secureRandom, toHex, type Result } from '../../base/index.ts'
import type { Tx } from '../db/index.ts'
import { codeRefused, wrongLogin, tooManyAttempts, type CodeFailure, type SignInFailure } from './errors.ts'
import { findLoginById } from './logins.ts'
import { base32, fittingStep } from './one-time-codes.ts'
import { letIn, type HalfSignIn, type IdentityParts, type SignedIn } from './sign-in.ts'
import { signInBuckets } from './throttle.ts'

const SECRET_BYTES = 20
const PAPER_CODES = 8
const PAPER_BYTES = 5

/** Seals and opens a text; `purpose` binds it to what it is for. */
export type CodeBox = {
  readonly seal: (purpose: string, text: string) => string
  readonly open: (purpose: string, sealed: string) => string | undefined
}

type Owner = { readonly tenantId: string; readonly loginId: string }

const purposeOf = (loginId: string): string => `one-time code ${loginId}`
const hashOf = (code: string): string => createHash('sha256').update(code).digest('hex')

/** Begins to use one-time codes: the secret for the application. They count once a first code has been confirmed. */
export async function beginCodes(tx: Tx, parts: IdentityParts, box: CodeBox, owner: Owner): Promise<string> {
  const { clock, random = secureRandom } = parts
  const secret = Buffer.from(random(SECRET_BYTES))
  const sealed = box.seal(purposeOf(owner.loginId), secret.toString('base64url'))
  await tx`
    insert into one_time_code (tenant_id, login_id, sealed, created_at)
    values (${owner.tenantId}, ${owner.loginId}, ${sealed}, ${clock.now()})
    on conflict (login_id) do update
      set sealed = excluded.sealed, created_at = excluded.created_at, confirmed_at = null, last_step = 0,
          paper_hashes = '{}'
      where one_time_code.confirmed_at is null`
  return base32(secret)
}

type CodeRow = {
  readonly sealed: string
  readonly lastStep: bigint
  readonly confirmedAt: number | null
  readonly paperHashes: readonly string[]
}

async function readCodes(tx: Tx, loginId: string): Promise<CodeRow | undefined> {
  const [row] = await tx<CodeRow[]>`
    select sealed, last_step as "lastStep", confirmed_at as "confirmedAt", paper_hashes as "paperHashes"
    from one_time_code where login_id = ${loginId} for update`
  return row
}

function stepIn(row: CodeRow, box: CodeBox, loginId: string, typed: string, at: number): number | undefined {
  const secret = box.open(purposeOf(loginId), row.sealed)
  if (secret === undefined) return undefined
  return fittingStep(Buffer.from(secret, 'base64url'), typed, at, Number(row.lastStep))
}

/** Turns one-time codes on when the first fits: codes for paper, which are shown once. */
export async function confirmCodes(
  tx: Tx,
  { clock, random = secureRandom }: IdentityParts,
  box: CodeBox,
  owner: Owner,
  typed: string,
): Promise<Result<readonly string[], CodeFailure>> {
  const row = await readCodes(tx, owner.loginId)
  const step = row && row.confirmedAt === null ? stepIn(row, box, owner.loginId, typed, clock.now()) : undefined
  if (step === undefined) return codeRefused
  const paper = Array.from({ length: PAPER_CODES }, () => toHex(random(PAPER_BYTES)))
  await tx`
    update one_time_code set confirmed_at = ${clock.now()}, last_step = ${step}, paper_hashes = ${paper.map(hashOf)}
    where login_id = ${owner.loginId}`
  return ok(paper)
}

/** Turns one-time codes off; false when they were not on. */
export async function endCodes(tx: Tx, loginId: string): Promise<boolean> {
  const gone = await tx`delete from one_time_code where login_id = ${loginId} returning login_id`
  return gone.length > 0
}

/** Uses a code up, of the application or of the paper; whether it fits. */
async function useCode(tx: Tx, box: CodeBox, loginId: string, typed: string, at: number): Promise<boolean> {
  const row = await readCodes(tx, loginId)
  if (!row || row.confirmedAt === null) return false
  const step = stepIn(row, box, loginId, typed, at)
  if (step !== undefined) {
    await tx`update one_time_code set last_step = ${step} where login_id = ${loginId}`
    return true
  }
  const hash = hashOf(typed.replaceAll(/\s/g, '').toLowerCase())
  const left = row.paperHashes.filter((one) => one !== hash)
  if (left.length === row.paperHashes.length) return false
  await tx`update one_time_code set paper_hashes = ${left} where login_id = ${loginId}`
  return true
}

/** Finishes a sign-in with the code that was asked for; guesses are counted as those of passwords are. */
export async function signInByCode(
  parts: IdentityParts,
  box: CodeBox,
  request: { readonly step: string; readonly code: string; readonly source: string; readonly userAgent: string },
): Promise<Result<SignedIn, SignInFailure>> {
  const { db, clock, throttle, halves } = parts
  const half: HalfSignIn | undefined = halves.look(request.step)
  if (!half) return wrongLogin
  const wait = throttle.begin([{ key: `code ${half.loginId}`, bucket: signInBuckets.login }])
  if (wait > 0) return tooManyAttempts(wait)
  const login = await db.asService(async (tx) => {
    if (!(await useCode(tx, box, half.loginId, request.code, clock.now()))) return undefined
    return findLoginById(tx, half.loginId)
  })
  if (!login?.isOpen) return wrongLogin
  halves.take(request.step)
  throttle.clear({ key: `code ${half.loginId}`, bucket: signInBuckets.login })
  const { source, userAgent } = request
  return ok(await letIn(parts, login, { source, userAgent, replaces: half.replaces }, 'identity.signIn'))
}
