/** Shows the page of the address; its code is fetched first when it is not here yet. */

import { Component, useEffect, useState, type ReactNode } from 'react'
import { useLocation } from 'wouter'
import { Panel, PageHead, Skeleton } from '../ui/panel.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
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
  if (!page) return <Arriving key={path} route={route} />
  return (
    <Guard key={path}>
      <page.Page />
    </Guard>
  )
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
  if (state === 'failed') return <Broken />

  return (
    <Panel>
      <Skeleton lines={6} />
    </Panel>
  )
}

/** Keeps a page that fails from taking the menu with it. */
class Guard extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false }
  static getDerivedStateFromError() {
    return { isBroken: true }
  }
  override render() {
    return this.state.isBroken ? <Broken /> : this.props.children
  }
}

/** A page whose code could not be fetched, or failed. */
function Broken() {
  return (
    <Panel>
      <div role="alert" className="px-6 py-9 text-center">
        <p className="mb-4">
          This page could not be shown: the connection is gone, the portal was updated, or it has a fault.
        </p>
        <Button onClick={() => location.reload()}>Load again</Button>
      </div>
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
