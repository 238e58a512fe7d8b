/** Branding: the face of a seller, changed here and drawn everywhere at once. */

import { useQuery, useQueryClient } from '../data/query.ts'
import { useState } from 'react'
import { changed } from '../data/company.ts'
import { brandsRead, type BrandFace } from '../data/settings.ts'
import { useHouse } from '../shell/house.tsx'
import type { PageModule } from '../shell/page-module.ts'
import { SelectField } from '../ui/field.tsx'
import { EmptyState, FailureState, PageHead, Panel, Skeleton } from '../ui/panel.tsx'
import { BankForm } from './settings/bank-form.tsx'
import { BrandForm } from './settings/brand-form.tsx'
import { brandTexts } from './settings/brand-texts.ts'
import { LogoPanel } from './settings/logo-panel.tsx'

export const title = (): string => brandTexts.title

/** The brands that the reader may see. */
export const firstReads: PageModule['firstReads'] = () => [brandsRead.queryKey[0]]

/** The page. */
export function Page() {
  const { me } = useHouse()
  const brands = useQuery(brandsRead)
  const [chosen, choose] = useState<string>()
  const items = brands.data?.items
  const brand = items?.find((one) => one.tenantId === (chosen ?? me.tenantId)) ?? items?.[0]
  return (
    <>
      <PageHead title={brandTexts.title} note={brandTexts.note}>
        {items && items.length > 1 && (
          <SelectField
            label={brandTexts.brand}
            value={brand?.tenantId}
            onChange={(event) => choose(event.target.value)}
            className="w-56"
          >
            {items.map(({ tenantId, name }) => (
              <option key={tenantId} value={tenantId}>
                {name}
              </option>
            ))}
          </SelectField>
        )}
      </PageHead>
      {brand ? (
        <Editor key={brand.tenantId} brand={brand} />
      ) : (
        <Panel>
          {brands.error ? (
            <FailureState message={brands.error.message} onRetry={() => void brands.refetch()} />
          ) : items ? (
            <EmptyState title={brandTexts.brand} />
          ) : (
            <Skeleton lines={8} />
          )}
        </Panel>
      )}
    </>
  )
}

function Editor({ brand }: { readonly brand: BrandFace }) {
  const client = useQueryClient()
  const onSaved = (): Promise<void> => changed(client, '/api/v1/brands')
  return (
    <div className="grid gap-5">
      <BrandForm brand={brand} onSaved={onSaved} />
      <LogoPanel brand={brand} onSaved={onSaved} />
      <BankForm brand={brand} />
    </div>
  )
}
