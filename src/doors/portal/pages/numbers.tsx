/** Phone System > Numbers. */

import { numbersRead } from '../data/company.ts'
import type { PageModule } from '../shell/page-module.ts'
import { NumbersList } from './lists/numbers-list.tsx'
import { SearchedPage } from './lists/searched-page.tsx'

export const title = 'Numbers'

/** The first rows. */
export const firstReads: PageModule['firstReads'] = () => [numbersRead().queryKey[0]]

/** The page. */
export function Page() {
  return <SearchedPage title={title} searches="digits" list={NumbersList} />
}
