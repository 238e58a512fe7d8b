/** Phone System > People. */

import { peopleRead } from '../data/company.ts'
import type { PageModule } from '../shell/page-module.ts'
import { PeopleList } from './lists/people-list.tsx'
import { SearchedPage } from './lists/searched-page.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { listsTexts } from './lists/lists-texts.ts'

export const title = (): string => menuTexts.people

/** The first rows. */
export const firstReads: PageModule['firstReads'] = () => [peopleRead().queryKey[0]]

/** The page. */
export function Page() {
  return <SearchedPage title={title()} searches={listsTexts.byNameOrMail} list={PeopleList} />
}
