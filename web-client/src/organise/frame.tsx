// What all of the organiser's pages stand in: a way back, a title, the settings.

import type { ReactNode } from 'react'
import { Icon } from '../components/icon'
import { Settings } from '../components/settings'
import { Toaster } from '../components/toaster'
import { useTitle } from '../hooks'
import { t } from '../i18n'
import { Link, takeFocus } from '../router'

interface Props {
  title: string
  /** Where the way back leads, and what it is called. */
  back: { href: string; label: string }
  children: ReactNode
}

export function Frame({ title, back, children }: Props) {
  useTitle(`${title} · ${t('organise.title')}`)
  return (
    <div className="mx-auto min-h-dvh max-w-3xl px-5 pb-16">
      <header className="flex h-16 items-center justify-between">
        <Link
          href={back.href}
          className="-ml-2 flex min-h-10 items-center gap-1 rounded-full pr-4 pl-2 font-medium
            hover:bg-sunken"
        >
          <Icon name="back" />
          {back.label}
        </Link>
        <Settings />
      </header>
      <main>
        <h1
          ref={takeFocus}
          tabIndex={-1}
          className="mt-6 mb-6 text-[40px] leading-none font-semibold tracking-[-0.04em]
            outline-none"
        >
          {title}
        </h1>
        {children}
      </main>
      <Toaster />
    </div>
  )
}
