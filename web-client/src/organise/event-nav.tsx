// The ways between the pages of one event.

import { t } from '../i18n'
import { Link } from '../router'

const PAGES = ['desk', 'sales', 'bookings', 'door', 'replay', 'edit'] as const

export type EventPageName = (typeof PAGES)[number]

export const pathOf = (event: number, page: EventPageName): string =>
  `/organise/events/${event}${page === 'desk' ? '' : `/${page}`}`

const HERE = 'bg-ink text-paper'

/** Shows the page one is on in the middle of a row that is wider than the window. */
function showCurrent(row: HTMLElement | null): void {
  const link = row?.querySelector<HTMLElement>('[aria-current=page]')
  if (row && link) row.scrollLeft = link.offsetLeft - (row.clientWidth - link.offsetWidth) / 2
}

interface Props {
  event: number
  page: EventPageName
}

export function EventNav({ event, page }: Props) {
  return (
    <nav
      ref={showCurrent}
      aria-label={t('organise.title')}
      // One row: on a phone, where not all fit in every language, it is pushed aside.
      className="no-bar relative flex gap-1 overflow-x-auto p-1 text-sm max-sm:-mx-3
        max-sm:gap-0 max-sm:text-[13px]"
    >
      {PAGES.map((one) => (
        <Link
          key={one}
          href={pathOf(event, one)}
          aria-current={one === page ? 'page' : undefined}
          className={`flex min-h-9 shrink-0 items-center rounded-full px-4 font-semibold
            max-sm:px-2 ${one === page ? HERE : 'text-soft hover:bg-sunken hover:text-ink'}`}
        >
          {t(`nav.${one}`)}
        </Link>
      ))}
    </nav>
  )
}
