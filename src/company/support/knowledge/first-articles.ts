/** The articles that an installation begins with, for every flow of the product; editors change them as versions. */

import type { ArticleBody, Audience } from './article.ts'

export type FirstArticle = {
  readonly slug: string
  readonly category: string
  readonly department: string
  readonly audience: Audience
  readonly title: string
  readonly body: ArticleBody
}

type Parts = Partial<ArticleBody> & Pick<ArticleBody, 'introduction' | 'purpose' | 'sections'>

const everybody = 'This article applies to all customers of {brand}.'

const article = (
  head: Omit<FirstArticle, 'body'>,
  { scope = everybody, prerequisites = [], faqs = [], ...rest }: Parts,
): FirstArticle => ({ ...head, body: { ...rest, scope, prerequisites, faqs } })

const billing = { category: 'Billing', department: 'Billing Department', audience: 'public' } as const
const support = { category: 'Support', department: 'Support Department', audience: 'public' } as const
const service = { category: 'Service', department: 'Service Desk', audience: 'public' } as const
const signedIn = 'You can sign in to the Customer Self-Care Portal at {portal}.'

/** In English; translations are written as versions of their own. */
export const firstArticles: readonly FirstArticle[] = [
  article(
    { ...support, slug: 'ask-for-help', title: 'How to ask {brand} for help' },
    {
      introduction: 'What to tell the {brand} helpdesk, and when to expect an answer.',
      purpose: 'With these details a technician can begin at once instead of asking back.',
      sections: [
        {
          heading: 'What we need to know',
          text:
            'Your name, company, contact number and email address, the phone number or account ID affected by the ' +
            'problem, a description, and most of all a call sample.',
        },
        {
          heading: 'What a call sample is',
          text:
            'Three things, always together: the source/caller number, the destination/called number, and the date ' +
            'and time of the call. From them the call is found, with its messages, its quality and its charge.',
        },
        {
          heading: 'Where to ask',
          text: 'Open a ticket under Support > Tickets in the portal, write to {support}, or call {phone}.',
        },
      ],
      faqs: [
        {
          question: 'When will somebody answer?',
          answer:
            'Tickets are answered in order of severity, within one to four hours, from Monday to Friday 9 to 18. ' +
            'Critical issues are looked after outside business hours too.',
        },
      ],
    },
  ),
  article(
    { ...service, slug: 'network-readiness', title: 'Is my network ready for calls?' },
    {
      introduction: 'Voice and video run over your own network and your Internet connection.',
      purpose: 'To check capacity and quality before phones are connected.',
      prerequisites: ['You know the upload and download speed of your connection.'],
      sections: [
        {
          heading: 'Capacity',
          text:
            'A call in progress takes about 100 kbps in each direction. A connection of 1 Mbps up and 1 Mbps down ' +
            'carries 10 calls at once.',
        },
        {
          heading: 'Quality',
          text: 'We recommend 0 % packet loss and a jitter below 10 ms. Cabling, switches and firewalls count.',
        },
      ],
      faqs: [
        {
          question: 'One side cannot hear the other. Why?',
          answer:
            'Often a router rewrites only a part of the addresses (SIP ALG), or hides the phone behind a private ' +
            'address. Switch SIP ALG off, and send us a call sample.',
        },
      ],
    },
  ),
  article(
    { ...service, slug: 'portal-access', title: 'Sign in to the Customer Self-Care Portal' },
    {
      introduction: 'How to reach the portal of {brand}, and what to do when a login or password is forgotten.',
      purpose: 'To get into the portal without waiting for anybody.',
      sections: [
        {
          heading: 'Signing in',
          text: 'Go to {portal} and sign in with the login of your welcome mail and the password that you chose.',
        },
        {
          heading: 'Password Recovery',
          text:
            'Press "Password Recovery" below the sign-in form and enter your login. A link arrives by mail; it works ' +
            'once, for 30 minutes. If you have forgotten your login, write to {support}.',
        },
      ],
      faqs: [
        {
          question: 'I changed my password and still cannot sign in.',
          answer: 'Clear the cache of your browser, or try a private window.',
        },
      ],
    },
  ),
  article(
    { ...service, slug: 'call-reports', title: 'Find a report of your calls' },
    {
      introduction: 'Recent calls stand on the Dashboard; older ones under Transactions.',
      purpose: 'To look up calls, and to download them as a table.',
      prerequisites: [signedIn],
      sections: [
        {
          heading: 'Older calls',
          text: 'Open Billing Information, then Transactions. Enter a date range, then view or download its calls.',
        },
        {
          heading: 'Matching an invoice',
          text:
            'Take the range from the 1st of the month (00:00:00) to the 1st of the next month (00:00:00). The end is ' +
            'not included, so that no call is counted twice.',
        },
      ],
      faqs: [
        {
          question: 'In which time zone are the times?',
          answer: 'In the time zone of your login. You may change it under the account menu.',
        },
      ],
    },
  ),
  article(
    { ...billing, slug: 'payment-card', title: 'Update your payment card' },
    {
      introduction: 'A saved card pays your invoices by itself. This is how to change it.',
      purpose: 'To keep pre-authorized payments going when a card expires.',
      scope: 'This article applies to customers with an active billing account. It does not cover accounting policies.',
      prerequisites: [signedIn, 'You have a valid credit or debit card.'],
      sections: [
        {
          heading: 'Changing the card',
          text: 'Open Billing Information, then Payment Info. Press Edit, enter the new card, and press Save.',
        },
        {
          heading: 'Ways to pay',
          text:
            'Card payments are credited at once. E-transfers, EFT deposits and cheques are matched by a person and ' +
            'take longer. Please mention your company name.',
        },
      ],
      faqs: [
        {
          question: 'Can you take my card over the phone?',
          answer: 'We send you a link instead, on which you enter the card yourself. Nobody here sees its number.',
        },
      ],
    },
  ),
  article(
    { ...billing, slug: 'invoices', title: 'Download past invoices' },
    {
      introduction: 'Every invoice is kept in the portal as a document.',
      purpose: 'To find an invoice again, and to read its lines.',
      prerequisites: [signedIn],
      sections: [
        { heading: 'Where they are', text: 'Open Billing Information, then Invoices, and download the one you need.' },
        {
          heading: 'The first invoice',
          text:
            'It holds activation fees, the rest of the first month in proportion, and the next month in advance. ' +
            'Invoices after it are simpler.',
        },
      ],
      faqs: [
        {
          question: 'I paid. Why is my balance not zero?',
          answer:
            'The balance moves with every call. Pay the total of the invoice: it holds everything of the period ' +
            'before; what came later is on the next one.',
        },
      ],
    },
  ),
  article(
    { ...billing, slug: 'usage-charges', title: 'What are usage charges?' },
    {
      introduction: 'Which calls cost something beside the plan.',
      purpose: 'To understand the usage section of an invoice.',
      sections: [
        {
          heading: 'What is charged',
          text:
            'Calls that no plan covers are charged at the rate of their destination. Within a plan they cost nothing ' +
            'until its quota is used up. Calls between customers of {brand} and internal transfers are never charged.',
        },
      ],
      faqs: [
        { question: 'Why did this call cost so much?', answer: 'Open it under Transactions: its price is explained.' },
      ],
    },
  ),
  article(
    { ...billing, slug: 'credit-limit', title: 'Why is there a credit limit?' },
    {
      introduction: 'The limit is the last line of defence when somebody else calls at your expense.',
      purpose: 'To explain the limit, and how to have it reviewed.',
      sections: [
        {
          heading: 'What happens at the limit',
          text:
            'Paid calls are refused with an announcement. Incoming calls, calls within {brand}, and emergency calls ' +
            'go on. A payment releases the account within seconds.',
        },
        {
          heading: 'A higher limit',
          text: 'Limits usually cover two to three months. Open a ticket of the category "Credit limit review".',
        },
      ],
    },
  ),
  article(
    { ...service, slug: 'port-a-number', title: 'Bring your number to {brand}' },
    {
      introduction: 'How a number moves from another provider, and how long it takes.',
      purpose: 'To have everything ready, so that the transfer is not rejected.',
      prerequisites: ['A signed Letter of Authorization.', 'A recent copy of a bill of the other provider.'],
      sections: [
        {
          heading: 'How it goes',
          text:
            'Send both documents with your order. Most transfers take one to two weeks; keep your old service until ' +
            'we tell you that the number has moved.',
        },
      ],
      faqs: [
        {
          question: 'Why was my transfer rejected?',
          answer:
            'Most often because of stranded services: something else hangs on the number and would be left behind. ' +
            'Have the other provider move or end it first.',
        },
      ],
    },
  ),
  article(
    { ...service, slug: 'emergency-calls', title: '911 and your service address' },
    {
      introduction: 'Help is sent to the address that you have given us for the number that calls.',
      purpose: 'To keep the address right, and to know the limits of 911 over the Internet.',
      sections: [
        {
          heading: 'The address',
          text:
            'Every number needs the address from which it is used. When you move, change it before you call: ' +
            'under Phone System > Numbers, or by a ticket of the category "911 address".',
        },
        {
          heading: 'Limits',
          text: '911 needs your Internet, electricity, and a phone that is registered. Keep another way to call.',
        },
      ],
      faqs: [{ question: 'How do I test it?', answer: 'Dial 933: a voice reads the address that would be sent.' }],
    },
  ),
  article(
    { ...support, slug: 'security', title: 'Keep your phones secure' },
    {
      introduction: 'Most fraud begins with a weak password or an open phone.',
      purpose: 'What we do, and what you can do.',
      sections: [
        {
          heading: 'What you can do',
          text:
            'Never reuse a SIP password, keep phones behind a firewall, update them, remove what nobody uses. ' +
            'When we tell you of something suspicious, please act at once.',
        },
      ],
    },
  ),
  article(
    { ...support, slug: 'escalations', audience: 'partner', title: 'Escalations and after-hours help for partners' },
    {
      introduction: 'What to do when something is broken at night, or when an answer is late.',
      purpose: 'To reach the on-call technician, and whoever is responsible.',
      scope: 'This article applies to partners of {brand}. Customers of partners turn to their partner.',
      sections: [
        {
          heading: 'After hours',
          text:
            'Call the after-hours line, press 8 and leave a detailed message. Then at once open a ticket with the ' +
            'word EMERGENCY in its subject, with call samples, traces or screenshots. The message is what alerts the ' +
            'technician: a ticket alone is not escalated.',
        },
        {
          heading: 'What it costs',
          text:
            'Nothing when the fault lies with the platform or a carrier. Otherwise the time worked is charged in ' +
            'one-hour increments.',
        },
        {
          heading: 'Escalating',
          text: 'When a response time was missed, or the answer does not help, press Escalate on the ticket.',
        },
      ],
    },
  ),
]
