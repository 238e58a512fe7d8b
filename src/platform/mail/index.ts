/** Mail: composed as text and HTML, stored with the act that it tells of, delivered by a job. */
export { composeMail, type MailBlock, type MailBrand, type MailContent } from './compose-mail.ts'
export { isMailAddress, type Mailbox } from './address.ts'
export { sendMail, mailDelivery, type NewMail } from './send-mail.ts'
export { deliverMail } from './deliver-mail.ts'
export { openMailServer, parseMailUrl, type MailSender, type MailServer, type OutgoingMail } from './mail-server.ts'
export type { DeliveryFailure, MailFailure } from './errors.ts'
