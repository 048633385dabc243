// The organiser's pages by their paths. Loaded only by those who come here, and shown only to those
// the server lets in.

import { useEffect, type ReactElement } from 'react'
import { Notice } from '../components/notice'
import { useObservable } from '../hooks'
import { t } from '../i18n'
import { access, begin } from './access'
import { BookingPage } from './booking-page'
import { BookingsPage } from './bookings-page'
import { DeskPage } from './desk-page'
import { DoorPage } from './door-page'
import { EditEventPage } from './edit-event-page'
import { NewEventPage } from './new-event-page'
import { OverviewPage } from './overview-page'
import { ReplayPage } from './replay-page'
import { SalesPage } from './sales-page'
import { SignInPage } from './sign-in-page'
import { SIGN_IN_PATH } from './words'

type Parts = Record<string, string>

const PAGES: [RegExp, (parts: Parts) => ReactElement][] = [
  [/^\/organise\/?$/, () => <OverviewPage />],
  [/^\/organise\/new$/, () => <NewEventPage />],
  [of('/?'), ({ id }) => <DeskPage key={id} id={Number(id)} />],
  [of('/sales'), ({ id }) => <SalesPage key={id} id={Number(id)} />],
  [of('/bookings'), ({ id }) => <BookingsPage key={id} id={Number(id)} />],
  [
    of('/bookings/(?<ref>[\\w-]+)'),
    ({ id, ref }) => <BookingPage key={`${id}-${ref}`} id={Number(id)} reference={ref} />,
  ],
  [of('/door'), ({ id }) => <DoorPage key={id} id={Number(id)} />],
  [of('/replay'), ({ id }) => <ReplayPage key={id} id={Number(id)} />],
  [of('/edit'), ({ id }) => <EditEventPage key={id} id={Number(id)} />],
]

function of(rest: string): RegExp {
  return new RegExp(`^/organise/events/(?<id>\\d+)${rest}$`)
}

export default function Organise({ path }: { path: string }) {
  const { phase, me } = useObservable(access)
  useEffect(() => void begin(), [])
  if (path === SIGN_IN_PATH) return <SignInPage />
  if (phase === 'failed') {
    const words = { title: t('notice.failed.title'), text: t('notice.failed.text') }
    return <Notice {...words} retry={() => void begin()} home />
  }
  // Asked again while a page is open, it stays.
  if (phase === 'asking' && !me) return null
  if (!me?.organiser_routes) return <SignInPage />
  for (const [pattern, page] of PAGES) {
    const found = pattern.exec(path)
    if (found) return page(found.groups ?? {})
  }
  return <Notice title={t('notice.nothing.title')} text={t('notice.nothing.text')} home />
}
