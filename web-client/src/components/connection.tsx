// How the live connection is, said quietly, and how many others are looking.

import type { LiveState, LiveStatus } from '../../sdk/index'
import { formatCount } from '../format'
import { t, type MessageKey } from '../i18n'
import { Icon } from './icon'

const WORDS: Record<LiveState, { text: MessageKey; dot: string }> = {
  connecting: { text: 'live.connecting', dot: 'bg-soft animate-beat' },
  live: { text: 'live.live', dot: 'bg-good' },
  reconnecting: { text: 'live.reconnecting', dot: 'bg-warn animate-beat' },
  stale: { text: 'live.stale', dot: 'bg-urgent' },
  closed: { text: 'live.closed', dot: 'bg-urgent' },
}

/** What has so much to say that on a phone it takes a line of its own below the others. */
const LONG = new Set<LiveState>(['reconnecting', 'stale', 'closed'])
const ON_ITS_OWN = 'max-sm:order-last max-sm:w-full max-sm:justify-between'

interface Props {
  live: LiveStatus
  viewers: number | null
  /** Tries again at once. */
  onAgain(): void
}

export function Connection({ live: { state, way }, viewers, onAgain }: Props) {
  const { dot } = WORDS[state]
  // Asked for every few seconds is live as well, but not to the second.
  const words = t(state === 'live' && way === 'poll' ? 'live.poll' : WORDS[state].text)
  return (
    <div
      data-live={state}
      data-way={way}
      title={state === 'live' ? words : undefined}
      className={`flex h-9 shrink-0 items-center gap-3 rounded-full bg-surface px-3.5 text-[13px]
        font-medium ring-1 ring-line ${LONG.has(state) ? ON_ITS_OWN : ''}`}
    >
      <span className="flex items-center gap-2" role="status">
        <span className={`size-2 rounded-full ${dot}`} />
        <span className={state === 'live' ? 'max-sm:sr-only' : ''}>{words}</span>
      </span>
      {state === 'closed' && (
        <button type="button" onClick={onAgain} className="min-h-8 underline underline-offset-4">
          {t('notice.retry')}
        </button>
      )}
      {state === 'live' && viewers !== null && (
        <span
          className="flex items-center gap-1.5 text-soft tabular-nums sm:border-l sm:border-line
            sm:pl-3"
          title={t('live.viewers', { count: viewers })}
        >
          <Icon name="eye" size={15} />
          <span aria-hidden="true">{formatCount(viewers)}</span>
          <span className="sr-only">{t('live.viewers', { count: viewers })}</span>
        </span>
      )}
    </div>
  )
}
