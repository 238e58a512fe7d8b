/** Every component in every state, for those who build pages and for the tests that look at them. */

import { useLocation } from 'wouter'
import type { PageModule } from '../shell/page-module.ts'
import { ObjectPage } from '../ui/object-page.tsx'
import { StatusChip } from '../ui/status.tsx'
import { Button } from '../ui/button.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { ControlSamples } from './components/control-samples.tsx'
import { FigureSamples } from './components/figure-samples.tsx'
import { PopupSamples } from './components/popup-samples.tsx'
import { StateSamples } from './components/state-samples.tsx'
import { TableSamples } from './components/table-samples.tsx'

export const title = (): string => menuTexts.components

/** Samples read nothing. */
export const firstReads: PageModule['firstReads'] = () => []

/** The page. */
export function Page() {
  const [path] = useLocation()
  return (
    <ObjectPage
      path={path}
      crumbs={[{ label: menuTexts.operations, to: '/operations/system' }]}
      title={menuTexts.components}
      status={<StatusChip tone="info">Sample</StatusChip>}
      note="Every component in every state. Nothing here is real."
      actions={<Button>An action</Button>}
      facts={[
        { name: 'A name', value: 'A value' },
        { name: 'A long value', value: 'sip:a-very-long-name-without-a-space@registrar.example.invalid;transport=tls' },
        { name: 'Not shown', value: null },
      ]}
      tabs={[
        { id: 'tables', label: 'Tables', content: () => <TableSamples /> },
        { id: 'states', label: 'States', content: () => <StateSamples /> },
        { id: 'figures', label: 'Figures', content: () => <FigureSamples /> },
        { id: 'controls', label: 'Controls', count: 9, content: () => <ControlSamples /> },
        { id: 'popups', label: 'Popups', content: () => <PopupSamples /> },
      ]}
    />
  )
}
