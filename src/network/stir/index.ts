/** STIR/SHAKEN: who calls, signed by the provider who knows him, and verified by the one who is called. */
export { answerOf, type IdentityFailure } from './errors.ts'
export type { Attestation } from './passport.ts'
export { createSigner, type ForwardClaim, type OriginClaim, type Signer } from './sign-identity.ts'
export { verifyIdentity, type Verified, type VerifyParts, type VerifyRequest } from './verify-identity.ts'
export { createCertificateCache, type CertificateCache, type FetchCertificate } from './certificate-cache.ts'
export { httpsCertificates } from './fetch-certificate.ts'
export { readCertificates } from './trust.ts'
export { verstatOf, type Verstat } from './verstat.ts'
