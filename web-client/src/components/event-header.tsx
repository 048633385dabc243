// The head of an event's page: what, where, when, and how live the map is.

import type { LiveState, SeatmapEvent } from '../../sdk/index'
import { formatWhen } from '../format'
import { t } from '../i18n'
import { Link, takeFocus } from '../router'
import { Connection } from './connection'
import { Icon } from './icon'
import { Settings } from './settings'

interface Props {
  event: SeatmapEvent | null
  live: LiveState
  viewers: number | null
  /** Where the way back leads. */
  back?: string
}

export function EventHeader({ event, live, viewers, back = '/' }: Props) {
  return (
    <header
      className="flex h-16 shrink-0 items-center gap-2 border-b border-line bg-paper pr-4 pl-2
        sm:gap-3 sm:pl-4"
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
          className="truncate text-[17px] leading-tight font-semibold tracking-[-0.02em]
            outline-none">
          {event?.name ?? ' '}
        </h1>
        <p className="truncate text-[13px] text-soft">
          {event && `${formatWhen(event.start_time)} · ${event.venue}`}
        </p>
      </div>
      <Connection state={live} viewers={viewers} />
      <Settings />
    </header>
  )
}
