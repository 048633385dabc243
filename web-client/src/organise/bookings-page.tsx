// All bookings of an event: found by reference, e-mail address or status, and exported as a table.

import { useCallback, useEffect, useRef, useState } from 'react'
import type { Booking } from '../../sdk/index'
import { BookingBadge } from '../components/booking-badge'
import { money } from '../format'
import { t } from '../i18n'
import { Link } from '../router'
import { Act } from './act'
import { BookingSearch, type Wanted } from './booking-search'
import { findBookings, foundCsv, type Search } from './bookings-client'
import { pathOf } from './event-nav'
import { FailedRead } from './failed-read'
import { HousePage } from './house'
import { dayTime, sayRefused } from './words'

export function BookingsPage({ id }: { id: number }) {
  return (
    <HousePage id={id} page="bookings" title={t('bookings.title')} wide>
      {() => <Bookings event={id} />}
    </HousePage>
  )
}

interface Found {
  items: Booking[]
  total: number
}

function Bookings({ event }: { event: number }) {
  const [wanted, setWanted] = useState<Wanted>(fromAddress)
  const { found, failed, search } = useSearch(event)
  useEffect(() => void search(fromAddress()), [search])
  const want = (next: Wanted) => {
    setWanted(next)
    toAddress(next)
    void search(next)
  }
  return (
    <>
      <BookingSearch wanted={wanted} onSearch={want} />
      <div className="my-3 flex items-center justify-between gap-3">
        <p role="status" className="text-sm text-soft">
          {!failed && (found ? t('bookings.found', { count: found.total }) : t('events.loading'))}
        </p>
        <Act onClick={() => void download(event, wanted)}>{t('bookings.csv')}</Act>
      </div>
      {failed && <FailedRead retry={() => void search(wanted)} />}
      {found && found.items.length > 0 && <Table event={event} bookings={found.items} />}
      {found && found.items.length < found.total && (
        <div className="mt-4">
          <Act onClick={() => void search(wanted, found.items)}>{t('bookings.more')}</Act>
        </div>
      )}
    </>
  )
}

/** What the last search found: whatever an earlier one still brings is of no interest. */
function useSearch(event: number) {
  const [found, setFound] = useState<Found | null>(null)
  const [failed, setFailed] = useState(false)
  const run = useRef(0)
  const search = useCallback(
    async (next: Wanted, before: readonly Booking[] = []) => {
      run.current += 1
      const mine = run.current
      try {
        const { items, total } = await findBookings(event, searchOf(next), before.length)
        if (mine !== run.current) return
        setFound({ items: [...before, ...items], total })
        setFailed(false)
      } catch (problem) {
        if (mine !== run.current) return
        sayRefused(problem)
        // More of the same can be asked for again by the same button.
        if (before.length === 0) setFailed(true)
      }
    },
    [event],
  )
  return { found: failed ? null : found, failed, search }
}

function Table({ event, bookings }: { event: number; bookings: readonly Booking[] }) {
  return (
    <ul className="overflow-hidden rounded-2xl bg-surface ring-1 ring-line">
      {bookings.map((booking) => (
        <li key={booking.id} className="border-t border-line first:border-0">
          <Entry event={event} booking={booking} />
        </li>
      ))}
    </ul>
  )
}

function Entry({ event, booking }: { event: number; booking: Booking }) {
  const { booking_ref: ref, customer, quantity, checked_in: inside, status } = booking
  const who = [customer.name, customer.email].filter(Boolean).join(' · ')
  return (
    <Link
      href={`${pathOf(event, 'bookings')}/${ref}`}
      className="grid grid-cols-[1fr_auto] items-center gap-x-6 gap-y-1 px-5 py-3.5
        hover:bg-sunken/60 max-md:items-baseline md:grid-cols-[9rem_1fr_8rem_7rem_11rem]"
    >
      <span className="font-semibold slashed-zero">{ref}</span>
      <span className="truncate text-sm text-soft max-md:order-last max-md:col-span-2">
        {who || t('bookings.nobody')}
      </span>
      <span className="text-sm tabular-nums max-md:order-3">
        {t('booking.tickets', { count: quantity })}
        {inside.length > 0 && (
          <span className="block text-good">
            {t('bookings.inside', { inside: inside.length, total: quantity })}
          </span>
        )}
      </span>
      <span className="text-right font-medium tabular-nums max-md:order-4">
        {money(booking.total_amount, booking.currency)}
      </span>
      <span className="flex flex-col items-end max-md:order-2">
        <BookingBadge status={status} />
        <span className="text-[13px] text-soft tabular-nums max-md:hidden">
          {dayTime(booking.created_at)}
        </span>
      </span>
    </Link>
  )
}

/** Browsers may come for a file a while after the click. */
const DOWNLOAD_MS = 60_000

/** What was entered, as the server takes it: who writes an "@" means an address. */
function searchOf({ words, status }: Wanted): Search {
  const text = words.trim()
  const search: Search = status === '' ? {} : { status }
  if (text.includes('@')) search.email = text
  else if (text !== '') search.ref = text
  return search
}

async function download(event: number, wanted: Wanted): Promise<void> {
  try {
    const url = URL.createObjectURL(await foundCsv(event, searchOf(wanted)))
    const link = document.createElement('a')
    link.href = url
    link.download = `event-${event}-bookings.csv`
    link.click()
    setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD_MS)
  } catch (problem) {
    sayRefused(problem)
  }
}

/** The search stands in the address: who comes back from a booking finds it again. */
function fromAddress(): Wanted {
  const query = new URLSearchParams(window.location.search)
  const status = query.get('status') ?? ''
  return { words: query.get('find') ?? '', status: status as Wanted['status'] }
}

function toAddress({ words, status }: Wanted): void {
  const query = new URLSearchParams()
  if (words) query.set('find', words)
  if (status) query.set('status', status)
  const text = query.toString()
  window.history.replaceState(null, '', window.location.pathname + (text && `?${text}`))
}
