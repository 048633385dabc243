// What the door says to a code: large, by colour, sign and word.

import type { Chart } from '../../sdk/index'
import { Icon, type IconName } from '../components/icon'
import { t } from '../i18n'
import { Link } from '../router'
import { seatsInWords } from '../seat-words'
import type { Door, DoorResult } from './door'
import { pathOf } from './event-nav'
import { clockTime } from './words'

interface Props {
  door: Door
  chart: Chart
  result: DoorResult | null
  busy: boolean
}

const LOOKS: Record<DoorResult['kind'], { icon: IconName; look: string }> = {
  in: { icon: 'check', look: 'bg-good text-paper' },
  undone: { icon: 'back', look: 'bg-sunken text-ink' },
  already: { icon: 'clock', look: 'bg-warn text-paper' },
  pending: { icon: 'ticket', look: 'bg-warn text-paper' },
  cancelled: { icon: 'close', look: 'bg-urgent text-paper' },
  expired: { icon: 'close', look: 'bg-urgent text-paper' },
  wrong: { icon: 'close', look: 'bg-urgent text-paper' },
  failed: { icon: 'close', look: 'bg-ink text-paper' },
}

export function DoorAnswer({ door, chart, result, busy }: Props) {
  const { icon, look } = result ? LOOKS[result.kind] : { icon: null, look: 'bg-sunken text-soft' }
  return (
    <section
      aria-label={t('door.answer')}
      data-door={result?.kind ?? 'idle'}
      className={`flex min-h-72 flex-col items-center justify-center gap-3 rounded-3xl p-8
        text-center transition-opacity ${look} ${busy ? 'opacity-60' : ''}`}
    >
      <div role="status" aria-live="assertive" className="flex flex-col items-center gap-3">
        {result && icon ? (
          <>
            <Icon name={icon} size={72} />
            <p
              className="text-[44px] leading-none font-semibold tracking-[-0.04em]
                max-sm:text-4xl"
            >
              {titleOf(result)}
            </p>
            {linesOf(result, chart).map((line) => (
              <p key={line} className="text-lg">
                {line}
              </p>
            ))}
          </>
        ) : (
          <p className="text-lg">{t('door.ready')}</p>
        )}
      </div>
      {result && <Ways door={door} result={result} />}
    </section>
  )
}

function titleOf(result: DoorResult): string {
  if (result.kind !== 'already') return t(`door.${result.kind}`)
  const first = result.inside[0]
  return t('door.already', { time: first ? clockTime(first.at) : '' })
}

function linesOf(result: DoorResult, chart: Chart): string[] {
  if (result.kind === 'wrong') return [result.code]
  if (result.kind === 'failed') return [result.reason, result.code]
  const { booking } = result
  const whose = [booking.booking_ref, booking.customer.name].filter(Boolean).join(' · ')
  const seats = 'seats' in result ? result.seats : booking.seat_nos
  const lines = [seatsInWords(chart, seats).join('; '), whose]
  if (result.kind === 'already' && result.outside.length > 0) {
    const inside = { inside: result.inside.length, total: booking.quantity }
    lines.push(t('bookings.inside', inside))
  }
  return lines
}

/** What can be done about it. */
function Ways({ door, result }: { door: Door; result: DoorResult }) {
  if (!('booking' in result)) return null
  const { kind, booking } = result
  const rest = kind === 'already' ? result.outside : kind === 'undone' ? result.seats : []
  return (
    <div className="mt-2 flex flex-wrap justify-center gap-2">
      {rest.length > 0 && (
        <Way onClick={() => door.rest(booking, rest)}>
          {t('bookings.letIn', { count: rest.length })}
        </Way>
      )}
      {kind === 'in' && (
        <Way onClick={() => door.undo(booking, result.seats)}>{t('door.undo')}</Way>
      )}
      <Link
        href={`${pathOf(booking.event_id, 'bookings')}/${booking.booking_ref}`}
        className={WAY}
      >
        {t('door.open')}
      </Link>
    </div>
  )
}

const WAY =
  'flex min-h-11 items-center rounded-full px-5 text-sm font-semibold ring-1 ring-current ' +
  'ring-inset hover:opacity-80'

function Way({ onClick, children }: { onClick(): void; children: string }) {
  return (
    <button type="button" onClick={onClick} className={WAY}>
      {children}
    </button>
  )
}
