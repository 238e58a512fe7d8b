/** Phone System > People. */

import { peopleRead } from '../data/company.ts'
import type { PageModule } from '../shell/page-module.ts'
import { PeopleList } from './lists/people-list.tsx'
import { SearchedPage } from './lists/searched-page.tsx'

export const title = 'People'

/** The first rows. */
export const firstReads: PageModule['firstReads'] = () => [peopleRead().queryKey[0]]

/** The page. */
export function Page() {
  return <SearchedPage title={title} searches="name or mail address" list={PeopleList} />
}
