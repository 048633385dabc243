// "Three together, up to 60 euros, in the stalls": lets the server choose the best seats there are,
// and says what is free when there are none like that.

import { useId, useState, type ReactNode } from 'react'
import { Flag, Problem, type Chart, type SeatStore } from '../../sdk/index'
import { money } from '../format'
import { t } from '../i18n'
import { seatsInWords } from '../seat-words'
import type { Basket } from '../state/basket'
import { pricesOf } from '../state/filter'
import { toast } from '../state/toasts'
import { Button } from './button'
import { Icon } from './icon'
import { Stepper } from './stepper'

interface Props {
  store: SeatStore
  basket: Basket
  /** How many more seats the visitor may take. */
  most: number
  busy: boolean
  onFound(seats: number[]): void
}

interface Wanted {
  quantity: number
  maxPrice: string
  section: string
  wheelchair: boolean
}

const AT_FIRST: Wanted = { quantity: 2, maxPrice: '', section: '', wheelchair: false }

export function BestSeats(props: Props) {
  const [open, setOpen] = useState(false)
  const panel = useId()
  if (props.most < 1) return null
  return (
    <section className="rounded-3xl bg-surface ring-1 ring-line">
      <h2>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={panel}
          onClick={() => setOpen(!open)}
          className="flex min-h-13 w-full items-center gap-3 rounded-3xl px-4.5 py-3 text-left
            font-semibold tracking-[-0.01em] hover:bg-sunken/60"
        >
          <Icon name="spark" size={18} />
          <span className="flex-1">{t('best.title')}</span>
          <Icon name={open ? 'up' : 'down'} size={18} />
        </button>
      </h2>
      <div id={panel} hidden={!open}>
        {open && <Search {...props} />}
      </div>
    </section>
  )
}

function Search({ store, basket, most, busy, onFound }: Props) {
  const [wanted, setWanted] = useState(AT_FIRST)
  const [shortage, setShortage] = useState<Problem | null>(null)
  const quantity = Math.min(wanted.quantity, most)
  const change = (part: Partial<Wanted>) => {
    setShortage(null)
    setWanted({ ...wanted, ...part })
  }
  const find = async (count: number) => {
    setShortage(null)
    setWanted({ ...wanted, quantity: count })
    const best = wishOf({ ...wanted, quantity: count })
    const seats = await basket.take({ best_available: best }, (problem) => {
      if (!(problem instanceof Problem) || problem.free === null) return false
      setShortage(problem)
      return true
    })
    if (!seats) return
    const names = seats.map((seat) => store.chart.seatNo(seat))
    const found = seatsInWords(store.chart, names).join('; ')
    // Tables that are sold whole may have seats to spare, which are paid for as well.
    const spare = seats.length - count
    toast('good', spare > 0
      ? t('best.foundSpare', { list: found, count: spare })
      : t('best.found', { seats: found }))
    onFound(seats)
  }
  return (
    <form
      className="flex animate-rise flex-col gap-3.5 px-4.5 pt-1 pb-4.5 text-sm"
      onSubmit={(event) => {
        event.preventDefault()
        void find(quantity)
      }}
    >
      <div className="flex items-center justify-between">
        <span className="font-medium">{t('best.quantity')}</span>
        <Stepper value={quantity} max={most} onChange={(count) => change({ quantity: count })} />
      </div>
      <Choices chart={store.chart} wanted={wanted} onChange={change} />
      <Button type="submit" disabled={busy}>
        {t('best.find', { count: quantity })}
      </Button>
      <div role="status">
        {shortage && <Shortage problem={shortage} wanted={quantity} onTake={find} />}
      </div>
    </form>
  )
}

function wishOf({ quantity, maxPrice, section, wheelchair }: Wanted) {
  return {
    quantity,
    ...(maxPrice && { max_price: maxPrice }),
    ...(section && { section }),
    ...(wheelchair && { accessible: 1 }),
  }
}

interface ChoicesProps {
  chart: Chart
  wanted: Wanted
  onChange(part: Partial<Wanted>): void
}

function Choices({ chart, wanted, onChange }: ChoicesProps) {
  const prices = pricesOf(chart)
  const labels = [...new Set(chart.sections.map(({ label }) => label))].filter(Boolean)
  const staged = chart.shapes.some(({ kind }) => kind === 'stage')
  const wheelchairs = chart.flags.some((flags) => flags & Flag.wheelchair)
  return (
    <>
      {prices.length > 1 && (
        <Field label={t('best.price')}>
          <Select value={wanted.maxPrice} onChange={(maxPrice) => onChange({ maxPrice })}>
            <option value="">{t('best.anyPrice')}</option>
            {prices.slice(0, -1).map((price) => (
              <option key={price} value={price}>
                {t('legend.upTo', { price: money(price, chart.currency) })}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {labels.length > 1 && (
        <Field label={t('best.where')}>
          <Select value={wanted.section} onChange={(section) => onChange({ section })}>
            <option value="">{t(staged ? 'best.anywhere' : 'best.wherever')}</option>
            {labels.map((label) => (
              <option key={label}>{label}</option>
            ))}
          </Select>
        </Field>
      )}
      {wheelchairs && (
        <label className="flex min-h-9 items-center gap-2.5">
          <input
            type="checkbox"
            checked={wanted.wheelchair}
            onChange={({ target }) => onChange({ wheelchair: target.checked })}
            className="size-4 accent-ink"
          />
          {t('best.wheelchair')}
        </label>
      )}
    </>
  )
}

function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    <label className="flex items-center gap-3">
      <span className="w-20 shrink-0 font-medium">{label}</span>
      {children}
    </label>
  )
}

interface SelectProps {
  value: string
  onChange(value: string): void
  children: ReactNode
}

function Select({ value, onChange, children }: SelectProps) {
  return (
    <select
      value={value}
      onChange={({ target }) => onChange(target.value)}
      className="h-11 min-w-0 flex-1 rounded-xl bg-sunken pl-3 text-ink ring-1 ring-edge ring-inset"
    >
      {children}
    </select>
  )
}

interface ShortageProps {
  problem: Problem
  wanted: number
  onTake(quantity: number): Promise<void>
}

/** What there is instead, and as many of it as one could still have. */
function Shortage({ problem, wanted, onTake }: ShortageProps) {
  const { seats = 0, together = 0 } = problem.free ?? {}
  const instead = Math.min(wanted - 1, together)
  return (
    <div className="flex animate-rise flex-col gap-2.5 rounded-2xl bg-sunken p-3.5">
      <p>
        {seats === 0
          ? t('best.none')
          : t('best.shortage', { free: seats, together })}
      </p>
      {instead > 0 && (
        <button
          type="button"
          onClick={() => void onTake(instead)}
          className="min-h-10 self-start rounded-full px-4 font-semibold ring-1 ring-ink
            hover:bg-surface"
        >
          {t('best.take', { count: instead })}
        </button>
      )}
    </div>
  )
}
