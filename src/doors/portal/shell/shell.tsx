/** What stands around every page: whose portal it is, the sections, their pages, how fresh it is, the account. */

import { useLocation } from 'wouter'
import { Icon } from '../ui/icon.tsx'
import { Toasts } from '../ui/toast.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { shellTexts } from '../words/shell-texts.ts'
import { AccountMenu } from './account-menu.tsx'
import { Commands } from './commands.tsx'
import { useHouse } from './house.tsx'
import { LookBanner } from './look-banner.tsx'
import { LiveMark } from './live-mark.tsx'
import { NavLink } from './nav-link.tsx'
import { isWithin, portalTitleOf, sectionsOf, type Section } from './navigation.ts'
import { RoutePage } from './route-page.tsx'

/** The whole page. */
export function Shell() {
  const { me } = useHouse()
  const [path] = useLocation()
  const sections = sectionsOf(me)
  const current = sections.find((section) => section.pages.some((page) => isWithin(page.path, path)))
  return (
    <>
      <a href="#page" className="skip-link rounded-control bg-accent px-3 py-2 text-accent-on">
        {shellTexts.skip}
      </a>
      {me.isLookedThrough && <LookBanner />}
      <header className="sticky top-0 z-20 border-b border-line bg-bg max-md:static">
        <div className="mx-auto flex h-14 max-w-360 items-center gap-3 px-4 md:px-6">
          <BrandMark />
          <div className="flex-1" />
          {me.permissions.includes('live_calls.read') && <LiveMark />}
          <Commands />
          <HelpLink />
          <AccountMenu />
        </div>
        <SectionTabs sections={sections} current={current} />
      </header>
      <div className="mx-auto flex max-w-360 gap-8 px-4 py-6 max-md:flex-col max-md:gap-4 max-md:py-4 md:px-6">
        {current && current.word !== current.pages[0]?.word && <SectionMenu section={current} path={path} />}
        <main id="page" tabIndex={-1} className="min-w-0 flex-1 outline-none">
          <RoutePage />
          <div id="popups" />
        </main>
      </div>
      <aside aria-label={shellTexts.notices}>
        <Toasts />
      </aside>
    </>
  )
}

function BrandMark() {
  const { brand, me } = useHouse()
  return (
    <a href="/" className="flex min-w-0 items-center gap-2.5 rounded-control">
      {brand.logo ? (
        <img src={brand.logo} alt="" className="h-8 max-w-40 shrink-0 object-contain" />
      ) : (
        <span
          aria-hidden="true"
          className="grid size-8 shrink-0 place-items-center rounded-control bg-accent font-semibold text-accent-on"
        >
          {brand.name.charAt(0)}
        </span>
      )}
      <span className="grid min-w-0 leading-tight">
        <span className="truncate font-semibold">{brand.name}</span>
        <span className="truncate text-caption text-muted">{portalTitleOf(me)}</span>
      </span>
    </a>
  )
}

function HelpLink() {
  const { brand } = useHouse()
  if (!brand.supportEmail) return null
  return (
    <a
      href={`mailto:${brand.supportEmail}`}
      title={[brand.supportEmail, brand.phone].filter(Boolean).join(', ')}
      className="flex h-9 items-center gap-1.5 rounded-control px-2.5 text-muted hover:bg-hover hover:text-ink"
    >
      <Icon name="info" />
      <span className="max-md:sr-only">{shellTexts.help}</span>
    </a>
  )
}

type TabsProps = { readonly sections: readonly Section[]; readonly current: Section | undefined }

function SectionTabs({ sections, current }: TabsProps) {
  return (
    <nav aria-label={shellTexts.sections} className="mx-auto max-w-360 px-2 md:px-3">
      <ul className="flex overflow-x-auto [scrollbar-width:none] max-md:flex-wrap">
        {sections.map((section) => (
          <li key={section.word}>
            <NavLink
              to={section.pages[0]!.path}
              isCurrent={section === current}
              className={
                'flex h-11 items-center whitespace-nowrap border-b-2 px-2 font-medium transition-colors md:px-3 ' +
                (section === current ? 'border-accent-ring text-ink' : 'border-transparent text-muted hover:text-ink')
              }
            >
              {menuTexts[section.word]}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function SectionMenu({ section, path }: { section: Section; path: string }) {
  return (
    <nav aria-label={menuTexts[section.word]} className="w-44 shrink-0 max-md:w-full">
      <p className="mb-2 px-3 text-caption font-semibold text-muted max-md:hidden">{menuTexts[section.word]}</p>
      <ul className="grid gap-0.5 max-md:flex max-md:flex-wrap max-md:gap-1">
        {section.pages.map((page) => (
          <li key={page.path}>
            <NavLink
              to={page.path}
              isCurrent={isWithin(page.path, path)}
              className={
                'flex h-9 items-center whitespace-nowrap rounded-control px-3 transition-colors ' +
                (isWithin(page.path, path)
                  ? 'bg-accent-soft font-medium text-accent-text'
                  : 'text-muted hover:bg-hover hover:text-ink')
              }
            >
              {menuTexts[page.word]}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
