// What all of the organiser's pages stand in: a way back, a title, and the pages beside it.

import type { ReactNode } from 'react'
import { PageHead, PageTitle, type WayBack } from '../components/page-head'
import { Toaster } from '../components/toaster'
import { useTitle } from '../hooks'
import { t } from '../i18n'
import { EventNav, type EventPageName } from './event-nav'

interface Props {
  title: string
  /** What the title is of: an event's name and time. */
  above?: string
  back: WayBack
  /** Which of an event's pages it is, if any. */
  part?: { event: number; page: EventPageName }
  wide?: boolean
  /** The page is as high as the window, and what is in it shares that. */
  fill?: boolean
  children: ReactNode
}

export function Frame({ title, above, back, part, wide = false, fill = false, children }: Props) {
  useTitle(`${title} · ${t('organise.title')}`)
  const width = wide ? 'max-w-6xl' : 'max-w-3xl'
  const look = fill ? 'flex h-dvh flex-col' : `min-h-dvh pb-16 ${width}`
  return (
    <div className={`mx-auto px-5 ${look}`}>
      <PageHead back={back} />
      {part && <EventNav {...part} />}
      <main className={fill ? 'flex min-h-0 flex-1 flex-col' : ''}>
        {above && (
          <p className={`text-soft sm:truncate ${fill ? 'mt-3 -mb-2 text-sm' : 'mt-6 -mb-4'}`}>
            {above}
          </p>
        )}
        <PageTitle size={fill ? 'small' : 'usual'}>{title}</PageTitle>
        {children}
      </main>
      <Toaster />
    </div>
  )
}
