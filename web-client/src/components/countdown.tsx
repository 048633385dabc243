// Time left until something ends, by the server's clock. Not announced every second: screen readers
// read it when asked, and the toast says when it is over.

import { formatLeft } from '../format'
import { useServerNow } from '../hooks'
import { Icon } from './icon'

const URGENT_MS = 30_000
const SOON_MS = 60_000
const TICK_MS = 250

export function Countdown({ until, label }: { until: number; label: string }) {
  const left = until - useServerNow(TICK_MS)
  const color = left < URGENT_MS ? 'text-urgent' : left < SOON_MS ? 'text-warn' : 'text-soft'
  return (
    <span role="timer" className={`inline-flex items-center gap-1.5 text-sm font-medium ${color}`}>
      <Icon name="clock" size={16} />
      <span>
        {label} <span className="font-semibold tabular-nums">{formatLeft(left)}</span>
      </span>
    </span>
  )
}
