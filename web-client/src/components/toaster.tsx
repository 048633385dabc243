// Shows the toasts, and lets screen readers say them.

import { useEffect, type ReactNode } from 'react'
import { useObservable } from '../hooks'
import { dismiss, keep, letGo, toasts, type Toast, type Tone } from '../state/toasts'
import { t } from '../i18n'
import { Icon } from './icon'

const DOTS: Record<Tone, string> = { good: 'bg-good', bad: 'bg-urgent', plain: 'bg-soft' }

/** At the foot of the page, above the sheet that may stand there, or at the head above tools. */
type Place = 'foot' | 'sheet' | 'head'

const PLACES: Record<Place, string> = {
  foot: 'bottom-6',
  sheet: 'bottom-26 min-[900px]:bottom-6',
  head: 'top-20',
}

export function Toaster({ place = 'foot' }: { place?: Place }) {
  const shown = useObservable(toasts)
  return (
    <div
      role="status"
      aria-live="polite"
      data-toaster={place}
      className={`pointer-events-none fixed inset-x-0 z-50 flex flex-col items-center gap-2 px-4
        ${PLACES[place]}`}
    >
      {shown.map((one) => (
        <Message key={one.id} {...one} />
      ))}
    </div>
  )
}

/** Stays while one points at it or the focus is in it: who reads or reaches slowly has the time. */
function Message({ id, tone, text, action }: Toast) {
  useEffect(
    // With the page that showed it, nobody is there to let it go.
    () => () => {
      letGo(id, 'pointer')
      letGo(id, 'focus')
    },
    [id],
  )
  return (
    <div
      onPointerEnter={() => keep(id, 'pointer')}
      onPointerLeave={() => letGo(id, 'pointer')}
      onFocus={() => keep(id, 'focus')}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) letGo(id, 'focus')
      }}
      className="pointer-events-auto flex max-w-md animate-rise items-center gap-3 rounded-3xl
        bg-surface py-2.5 pr-2.5 pl-4 text-sm font-medium shadow-float ring-1 ring-line"
    >
      <span className={`size-2 shrink-0 rounded-full ${DOTS[tone]}`} />
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span>{unbroken(text)}</span>
        {action && (
          <button
            type="button"
            className="min-h-8 font-semibold underline underline-offset-4"
            onClick={() => {
              dismiss(id)
              action.act()
            }}
          >
            {action.label}
          </button>
        )}
      </span>
      <button
        type="button"
        aria-label={t('toast.dismiss')}
        onClick={() => dismiss(id)}
        className="grid size-7 place-items-center rounded-full text-soft hover:bg-sunken"
      >
        <Icon name="close" size={14} />
      </button>
    </div>
  )
}

/** References of bookings, which a line must not end within. */
const REFERENCE = /(\b[A-Z]{2}-[0-9A-Z]{8}\b)/

function unbroken(text: string): ReactNode[] {
  return text.split(REFERENCE).map((part, at) =>
    at % 2 === 0 ? part : (
      <span key={at} className="whitespace-nowrap">
        {part}
      </span>
    ),
  )
}
