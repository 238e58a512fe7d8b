/** Phone System > Phones. */

import { devicesRead } from '../data/company.ts'
import type { PageModule } from '../shell/page-module.ts'
import { PhonesList } from './lists/phones-list.tsx'
import { SearchedPage } from './lists/searched-page.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { listsTexts } from './lists/lists-texts.ts'

export const title = (): string => menuTexts.phones

/** The first rows. */
export const firstReads: PageModule['firstReads'] = () => [devicesRead().queryKey[0]]

/** The page. */
export function Page() {
  return <SearchedPage title={title()} searches={listsTexts.byNameOrUser} list={PhonesList} note={listsTexts.asked10} />
}
