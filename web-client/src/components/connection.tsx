// How the live connection is, said quietly, and how many others are looking.

import type { LiveState } from '../../sdk/index'
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

export function Connection({ state, viewers }: { state: LiveState; viewers: number | null }) {
  const { text, dot } = WORDS[state]
  return (
    <div
      data-live={state}
      className="flex h-9 shrink-0 items-center gap-3 rounded-full bg-surface px-3.5 text-[13px]
        font-medium ring-1 ring-line"
    >
      <span className="flex items-center gap-2" role="status">
        <span className={`size-2 rounded-full ${dot}`} />
        <span className={state === 'live' ? 'max-sm:sr-only' : ''}>{t(text)}</span>
      </span>
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
