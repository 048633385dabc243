// The head of an event's page: what, where, when, and how live the map is.

import type { LiveStatus, SeatmapEvent } from '../../sdk/index'
import { formatWhen } from '../format'
import { t } from '../i18n'
import { Link, takeFocus } from '../router'
import { Connection } from './connection'
import { Icon } from './icon'
import { Settings } from './settings'

interface Props {
  event: SeatmapEvent | null
  live: LiveStatus
  viewers: number | null
  /** Tries the live connection again. */
  onAgain(): void
  /** Where the way back leads. */
  back?: string
}

export function EventHeader({ event, live, viewers, onAgain, back = '/' }: Props) {
  return (
    <header
      className="flex min-h-16 shrink-0 flex-wrap items-center gap-2 border-b border-line bg-paper
        py-2 pr-4 pl-2 sm:gap-3 sm:pl-4"
    >
      <Link
        href={back}
        aria-label={t('nav.allEvents')}
        className="grid size-10 shrink-0 place-items-center rounded-full hover:bg-sunken"
      >
        <Icon name="back" />
      </Link>
      <div className="min-w-0 flex-1">
        <h1
          ref={event ? takeFocus : null}
          tabIndex={-1}
          title={event?.name}
          className="line-clamp-2 text-[17px] leading-tight font-semibold tracking-[-0.02em]
            outline-none sm:line-clamp-1 low:line-clamp-1"
        >
          {event?.name ?? ' '}
        </h1>
        {event && <Facts event={event} />}
      </div>
      <Connection live={live} viewers={viewers} onAgain={onAgain} />
      <Settings />
    </header>
  )
}

/** When and where: one line where there is room for it, else two. */
function Facts({ event }: { event: SeatmapEvent }) {
  return (
    <p className="mt-0.5 text-[13px] leading-snug text-soft sm:truncate low:truncate">
      <span className="max-sm:block">{formatWhen(event.start_time)}</span>
      <span className="max-sm:hidden low:inline"> · </span>
      <span className="max-sm:line-clamp-2">{event.venue}</span>
    </p>
  )
}
