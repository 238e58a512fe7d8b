/** A link to a page of the portal; its code is fetched as soon as somebody looks like following it. */

import type { ComponentPropsWithRef } from 'react'
import { Link } from 'wouter'
import { useHouse } from './house.tsx'

type NavLinkProps = Pick<ComponentPropsWithRef<'a'>, 'children' | 'onKeyDown'> & {
  readonly to: string
  readonly isCurrent?: boolean
  readonly className: string
  /** It opens the row of a table. */
  readonly 'data-row'?: boolean
}

/** The link. */
export function NavLink({ to, isCurrent = false, className, children, ...rest }: NavLinkProps) {
  const { warm } = useHouse()
  return (
    <Link
      {...rest}
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
