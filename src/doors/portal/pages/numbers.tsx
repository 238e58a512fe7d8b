/** Phone System > Numbers. */

import { numbersRead } from '../data/company.ts'
import type { PageModule } from '../shell/page-module.ts'
import { NumbersList } from './lists/numbers-list.tsx'
import { SearchedPage } from './lists/searched-page.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { listsTexts } from './lists/lists-texts.ts'

export const title = (): string => menuTexts.numbers

/** The first rows. */
export const firstReads: PageModule['firstReads'] = () => [numbersRead().queryKey[0]]

/** The page. */
export function Page() {
  return <SearchedPage title={title()} searches={listsTexts.byDigits} list={NumbersList} />
}
