/** Shows the page of the address; its code is fetched first when it is not here yet. */

import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { Panel, PageHead, Skeleton } from '../ui/panel.tsx'
import { buttonClass } from '../ui/button.tsx'
import { useHouse } from './house.tsx'
import { homeOf, loadedPage, loadPage, routeOf, type Route } from './routes.ts'

/** The page of the address, or what is shown instead of it. */
export function RoutePage() {
  const { me, brand } = useHouse()
  const [path] = useLocation()
  const route = routeOf(path, me)
  const page = route && loadedPage(route)
  useEffect(() => {
    if (page) document.title = `${page.title} – ${brand.name}`
  }, [page, brand.name])
  if (!route) return <NoSuchPage home={homeOf(me)} />
  if (!page) return <Arriving key={route.path} route={route} />
  return <page.Page key={route.path} />
}

function Arriving({ route }: { route: Route }) {
  const [state, setState] = useState<'loading' | 'here' | 'failed'>('loading')
  useEffect(() => {
    loadPage(route).then(
      () => setState('here'),
      () => setState('failed'),
    )
  }, [route])
  const page = loadedPage(route)
  if (page) return <page.Page />
  if (state === 'failed') {
    return (
      <Panel>
        <div role="alert" className="px-6 py-12 text-center">
          <p className="font-medium">This page could not be fetched.</p>
          <p className="mt-1 mb-4 text-muted">The connection may be gone, or the portal was just updated.</p>
          <a href={route.path} className={buttonClass()}>
            Load again
          </a>
        </div>
      </Panel>
    )
  }
  return (
    <Panel>
      <Skeleton lines={6} />
    </Panel>
  )
}

function NoSuchPage({ home }: { home: string }) {
  return (
    <>
      <PageHead title="There is no such page" note="The address may be mistyped, or your role does not include it." />
      <a href={home} className={buttonClass('primary')}>
        Go to the first page
      </a>
    </>
  )
}
