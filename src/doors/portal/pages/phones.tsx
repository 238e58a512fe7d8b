/** Phone System > Phones. */

import { devicesRead } from '../data/company.ts'
import type { PageModule } from '../shell/page-module.ts'
import { PhonesList } from './lists/phones-list.tsx'
import { SearchedPage } from './lists/searched-page.tsx'

export const title = 'Phones'

/** The first rows. */
export const firstReads: PageModule['firstReads'] = () => [devicesRead().queryKey[0]]

/** The page. */
export function Page() {
  return (
    <SearchedPage
      title={title}
      searches="name or SIP user"
      list={PhonesList}
      note="The state is asked from the switch every 10 seconds."
    />
  )
}
