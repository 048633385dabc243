// What pages of text begin with: a way back and the settings, then the title.

import type { ReactNode } from 'react'
import { Link, takeFocus } from '../router'
import { Icon } from './icon'
import { Logo } from './logo'
import { Settings } from './settings'

export interface WayBack {
  href: string
  label: string
}

interface HeadProps {
  /** None on the first page: there the product's name stands. */
  back?: WayBack
  children?: ReactNode
}

export function PageHead({ back, children }: HeadProps) {
  return (
    <header className="flex h-16 items-center gap-2 print:hidden">
      {back ? <Back {...back} /> : <Name />}
      <span className="ml-auto" />
      {children}
      <Settings />
    </header>
  )
}

function Back({ href, label }: WayBack) {
  return (
    <Link
      href={href}
      className="-ml-2 flex min-h-10 min-w-0 items-center gap-1 rounded-full pr-4 pl-2
        font-medium hover:bg-sunken"
    >
      <Icon name="back" />
      <span className="truncate">{label}</span>
    </Link>
  )
}

function Name() {
  return (
    <span className="flex items-center gap-2.5 font-semibold tracking-[-0.01em]">
      <Logo />
      Seatmap
    </span>
  )
}

const TITLE_SIZES = {
  small: 'my-3 text-2xl tracking-[-0.04em]',
  usual: 'my-6 text-[40px] leading-none tracking-[-0.04em] max-sm:text-[32px]',
  large: `mt-10 mb-8 text-[40px] leading-none tracking-[-0.045em] sm:mt-16 sm:mb-12
    sm:text-[64px]`,
} as const

interface TitleProps {
  /** Smaller beside something that wants the room, larger on the first page. */
  size?: keyof typeof TITLE_SIZES
  children: ReactNode
}

export function PageTitle({ size = 'usual', children }: TitleProps) {
  return (
    <h1
      ref={takeFocus}
      tabIndex={-1}
      className={`font-semibold outline-none ${TITLE_SIZES[size]}`}
    >
      {children}
    </h1>
  )
}
