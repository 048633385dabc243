// How the live connection is, said quietly, and how many others are looking.

import type { LiveState } from '../../sdk'
import { formatCount } from '../format'
import { Icon } from './icon'

const WORDS: Record<LiveState, { text: string; dot: string }> = {
  connecting: { text: 'Connecting', dot: 'bg-soft animate-beat' },
  live: { text: 'Live', dot: 'bg-good' },
  reconnecting: { text: 'Reconnecting', dot: 'bg-warn animate-beat' },
  stale: { text: 'Offline – map may be outdated', dot: 'bg-urgent' },
  closed: { text: 'Not live', dot: 'bg-urgent' },
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
        <span className={state === 'live' ? 'max-sm:sr-only' : ''}>{text}</span>
      </span>
      {state === 'live' && viewers !== null && (
        <span
          className="flex items-center gap-1.5 text-soft tabular-nums sm:border-l sm:border-line
            sm:pl-3"
          title="People looking at this map"
        >
          <Icon name="eye" size={15} />
          {formatCount(viewers)}
          <span className="sr-only">watching</span>
        </span>
      )}
    </div>
  )
}
