/** A link to a page of the portal; its code is fetched as soon as somebody looks like following it. */

import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useHouse } from './house.tsx'

type NavLinkProps = {
  readonly to: string
  readonly isCurrent: boolean
  readonly className: string
  readonly children: ReactNode
}

/** The link. */
export function NavLink({ to, isCurrent, className, children }: NavLinkProps) {
  const { warm } = useHouse()
  return (
    <Link
      href={to}
      aria-current={isCurrent ? 'page' : undefined}
      onPointerEnter={() => warm(to)}
      onFocus={() => warm(to)}
      className={className}
    >
      {children}
    </Link>
  )
}
