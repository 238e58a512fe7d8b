/** Shows the page of the address; its code is fetched first when it is not here yet. */

import { Component, useEffect, useState, type ReactNode } from 'react'
import { useLocation } from 'wouter'
import { Panel, PageHead, Skeleton } from '../ui/panel.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { useHouse } from './house.tsx'
import { homeOf } from './navigation.ts'
import type { PageModule } from './page-module.ts'
import { fetchPage, pageHere, titleOf } from './pages.ts'
import { shellTexts } from '../words/shell-texts.ts'

/** The page of the address, or what is shown instead of it. */
export function RoutePage() {
  const { me, brand, first } = useHouse()
  const [path] = useLocation()
  const page = path === first.path ? first.page : pageHere(path)
  useEffect(() => {
    if (page && page !== 'none') document.title = `${titleOf(page)} – ${brand.name}`
  }, [page, brand.name])
  if (!page) return <Arriving key={path} path={path} />
  if (page === 'none') return <NoSuchPage home={homeOf(me)} />
  return <Shown key={path} page={page} />
}

function Shown({ page }: { page: PageModule }) {
  return (
    <Guard>
      <page.Page />
    </Guard>
  )
}

function Arriving({ path }: { path: string }) {
  const { me } = useHouse()
  const [state, setState] = useState<'loading' | 'here' | 'failed'>('loading')
  useEffect(() => {
    fetchPage(path, me).then(
      () => setState('here'),
      () => setState('failed'),
    )
  }, [path, me])
  const page = state === 'here' ? pageHere(path) : undefined
  if (page === 'none') return <NoSuchPage home={homeOf(me)} />
  if (page) return <Shown page={page} />
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
        <p className="mb-4">{shellTexts.pageBroken}</p>
        <Button onClick={() => location.reload()}>{shellTexts.loadAgain}</Button>
      </div>
    </Panel>
  )
}

function NoSuchPage({ home }: { home: string }) {
  return (
    <>
      <PageHead title={shellTexts.noSuchPage} note={shellTexts.noSuchPageNote} />
      <a href={home} className={buttonClass('primary')}>
        {shellTexts.firstPage}
      </a>
    </>
  )
}
