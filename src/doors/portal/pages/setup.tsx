/** Above a Dashboard: what needs a look now, and how far the setting up has come. Fetched after the first view. */

import { addressOf } from '../../../platform/http/client.ts'
import { api, valueOf, type Answered, type Signal } from '../data/api.ts'
import { useQuery } from '../data/query.ts'
import { useHouse } from '../shell/house.tsx'
import { NavLink } from '../shell/nav-link.tsx'
import { Checklist } from '../ui/checklist.tsx'
import { Notice } from '../ui/notice.tsx'
import { Panel } from '../ui/panel.tsx'
import { setupTexts } from './setup-texts.ts'

type Setup = Answered<typeof api.get<'/api/v1/setup'>>
type Step = Setup['steps'][number]['step']
type Alert = Setup['alerts'][number]['alert']

const setupRead = {
  queryKey: [addressOf('/api/v1/setup', {})] as const,
  queryFn: ({ signal }: Signal) => valueOf(api.get('/api/v1/setup', { signal })),
}

const places: Readonly<Record<Step, string>> = {
  secured: '/account/security',
  address: '/phone-system/numbers',
  card: '/billing/payment-info',
  users: '/settings/users',
  phone: '/phone-system/phones',
  call: '/phone-system/phones',
  brand: '/settings/branding',
  decks: '/billing/decks',
  customer: '/customers',
  carrier: '/operations/carriers',
  number: '/phone-system/numbers',
}

const alertPlaces: Readonly<Record<Alert, string>> = {
  credit: '/billing/transactions',
  suspended: '/billing/transactions',
  no_address: '/phone-system/numbers',
  overdue: '/billing/invoices',
  dead_jobs: '/operations/jobs',
}

/** The notices and the list; nothing stands there when all is done and nothing is wrong. */
export function Setup() {
  const { me } = useHouse()
  const setup = useQuery(setupRead)
  if (!setup.data) return null
  const { steps, alerts } = setup.data
  const done = steps.filter(({ isDone }) => isDone).length
  const items = steps.map(({ step, isDone }) => ({
    id: step,
    label: setupTexts.steps[step],
    isDone,
    to: places[step],
  }))
  return (
    <>
      {alerts.map(({ alert, count }) => (
        <Notice
          key={alert}
          tone={alert === 'suspended' || alert === 'overdue' ? 'danger' : 'warn'}
          action={
            <NavLink to={alertPlaces[alert]} className="font-medium underline">
              {setupTexts.look}
            </NavLink>
          }
        >
          {setupTexts.alerts[alert](count)}
        </Notice>
      ))}
      {done < steps.length && me.role !== 'phone_user' && (
        <Panel title={setupTexts.title(done, steps.length)}>
          <Checklist label={setupTexts.title(done, steps.length)} items={items} />
        </Panel>
      )}
    </>
  )
}
