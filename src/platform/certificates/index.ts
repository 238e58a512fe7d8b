/** X.509 certificates: self-signed ones for our own listeners, and those of an authority. */
export { issueCertificate, type IssuedCertificate, type Issuer, type NewCertificate } from './issue-certificate.ts'
