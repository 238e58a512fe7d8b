/** Buttons, and links that look like them. */

import type { ComponentPropsWithRef, ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

type Look = 'primary' | 'plain' | 'quiet' | 'danger'

const looks: Readonly<Record<Look, string>> = {
  primary: 'bg-accent text-accent-on shadow-raised hover:opacity-90',
  plain: 'border border-line bg-raised text-ink shadow-raised hover:bg-hover',
  quiet: 'text-ink hover:bg-hover',
  danger: 'bg-danger-solid text-danger-on shadow-raised hover:opacity-90',
}

/** The classes of a button, for links that are one to the eye. */
export function buttonClass(look: Look = 'plain', size: 'normal' | 'small' = 'normal'): string {
  const box = size === 'small' ? 'h-8 px-2.5 text-table' : 'h-9 px-3.5'
  return (
    'inline-flex items-center justify-center gap-1.5 whitespace-nowrap rounded-control font-medium ' +
    `transition-colors disabled:opacity-50 pointer-coarse:h-11 ${box} ${looks[look]}`
  )
}

type ButtonProps = ComponentPropsWithRef<'button'> & {
  readonly look?: Look
  readonly size?: 'normal' | 'small'
  readonly icon?: IconName
  readonly children?: ReactNode
}

/** A button; `type` is `button` unless it says otherwise. */
export function Button({ look, size, icon, children, className = '', ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} className={`${buttonClass(look, size)} ${className}`}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  )
}
