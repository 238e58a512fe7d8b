/** Phone System > Extensions. */

import { extensionsRead } from '../data/company.ts'
import type { PageModule } from '../shell/page-module.ts'
import { ExtensionsList } from './lists/extensions-list.tsx'
import { SearchedPage } from './lists/searched-page.tsx'

export const title = 'Extensions'

/** The first rows. */
export const firstReads: PageModule['firstReads'] = () => [extensionsRead().queryKey[0]]

/** The page. */
export function Page() {
  return <SearchedPage title={title} searches="number or name" list={ExtensionsList} />
}
