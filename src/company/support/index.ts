/** The support desk: tickets, their clocks, the calls they are about. */
export { supportOperations, type SupportParts } from './handlers.ts'
export { sweepHandling, sweepSchedule } from './sla/sweep.ts'
export { findOutHandling } from './diagnosis/find-out.ts'
export { branded, brandedBody, type BrandWords } from './knowledge/article.ts'
export { audiencesOf } from './knowledge/handlers.ts'
export {
  readArticle,
  searchArticles,
  type Reader as ArticleReader,
  type WholeArticle,
} from './knowledge/search-articles.ts'
export { setUpKnowledge } from './knowledge/set-up.ts'
export { castVote, voteAnswers } from './knowledge/vote.ts'
export { hearMessage, type HeardMessage } from './emergency/incident.ts'
export { pageDue, pagingHandlings, pagingSchedule, type Page } from './emergency/paging.ts'
export { receiveSmtp, type Received, type SmtpReceiver } from './mail/receive-smtp.ts'
export { rememberSent, takeMail } from './mail/take-mail.ts'
export { tellHandling, type Told } from './mail/tell.ts'
export { setUpSupport } from './sla/set-up.ts'
export { openTicket, type NewTicket } from './tickets/open-ticket.ts'
export { ticketMachine } from './tickets/ticket-machine.ts'
