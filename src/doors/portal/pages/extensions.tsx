/** Phone System > Extensions. */

import { extensionsRead } from '../data/company.ts'
import type { PageModule } from '../shell/page-module.ts'
import { ExtensionsList } from './lists/extensions-list.tsx'
import { SearchedPage } from './lists/searched-page.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { listsTexts } from './lists/lists-texts.ts'

export const title = (): string => menuTexts.extensions

/** The first rows. */
export const firstReads: PageModule['firstReads'] = () => [extensionsRead().queryKey[0]]

/** The page. */
export function Page() {
  return <SearchedPage title={title()} searches={listsTexts.byNumberOrName} list={ExtensionsList} />
}
