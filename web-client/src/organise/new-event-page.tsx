// Making an event: a name, a time, a chart from the list or a file, and a price for each category.

import { useEffect, useState, type FormEvent } from 'react'
import { Button } from '../components/button'
import { t } from '../i18n'
import { navigate } from '../router'
import { ChartChoice } from './chart-choice'
import { Field, INPUT, Labelled } from './fields'
import { Frame } from './frame'
import { categoriesOf, createEvent, type ChartCategory } from './organiser-client'
import { faultsOf } from './words'

/** What the form is at first: a month ahead, in the evening, for two hours. */
const AHEAD_DAYS = 30
const EVENING_HOUR = 19
const LASTS_HOURS = 2

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export function NewEventPage() {
  const [chart, setChart] = useState<number | null>(null)
  const [categories, setCategories] = useState<ChartCategory[]>([])
  const [busy, setBusy] = useState(false)
  const [faults, setFaults] = useState<string[]>([])
  useEffect(() => {
    if (chart === null) return
    let wanted = true
    categoriesOf(chart)
      .then((found) => wanted && setCategories(found))
      .catch((problem: unknown) => wanted && setFaults(faultsOf(problem)))
    return () => {
      wanted = false
    }
  }, [chart])
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (chart === null) return
    setBusy(true)
    setFaults([])
    try {
      const made = await createEvent(read(new FormData(event.currentTarget), chart, categories))
      navigate(`/organise/events/${made.id}`)
    } catch (problem) {
      setFaults(faultsOf(problem))
      setBusy(false)
    }
  }
  const back = { href: '/organise', label: t('organise.title') }
  return (
    <Frame title={t('organise.new')} back={back}>
      <form className="flex flex-col gap-5" onSubmit={(event) => void submit(event)}>
        <Basics />
        <ChartChoice chosen={chart} onChoose={setChart} />
        {categories.length > 0 && <Prices key={chart} categories={categories} />}
        <div role="alert">
          {faults.map((fault) => (
            <p key={fault} className="text-sm text-urgent">
              {fault}
            </p>
          ))}
        </div>
        <Button type="submit" disabled={busy || categories.length === 0}>
          {t('organise.create')}
        </Button>
      </form>
    </Frame>
  )
}

function evening(): { start: string; end: string } {
  const start = new Date(Date.now() + AHEAD_DAYS * DAY_MS)
  start.setHours(EVENING_HOUR, 30, 0, 0)
  const end = new Date(start.getTime() + LASTS_HOURS * HOUR_MS)
  return { start: local(start), end: local(end) }
}

function Basics() {
  const [{ start, end }] = useState(evening)
  const times = [
    { label: t('organise.begins'), name: 'start', defaultValue: start },
    { label: t('organise.ends'), name: 'end', defaultValue: end },
    { label: t('organise.salesFrom'), name: 'from', required: false },
    { label: t('organise.salesUntil'), name: 'until', required: false },
  ]
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label={t('organise.name')} name="name" maxLength={200} />
      <Field label={t('ticket.where')} name="venue" maxLength={200} />
      {times.map((time) => (
        <Field key={time.name} type="datetime-local" {...time} />
      ))}
      <Labelled label={t('organise.orphans')}>
        <select name="orphans" defaultValue="prefer" className={INPUT}>
          <option value="off">{t('organise.orphansOff')}</option>
          <option value="prefer">{t('organise.orphansPrefer')}</option>
          <option value="strict">{t('organise.orphansStrict')}</option>
        </select>
      </Labelled>
      <Field
        label={t('organise.currency')}
        name="currency"
        pattern="[A-Z]{3}"
        defaultValue="EUR"
      />
    </div>
  )
}

function Prices({ categories }: { categories: ChartCategory[] }) {
  return (
    <fieldset>
      <legend className="mb-2 font-semibold">{t('legend.title')}</legend>
      <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
        {categories.map(({ key, label, color }) => (
          <label key={key} className="flex items-center gap-3">
            <span
              className="size-3 shrink-0 rounded-full"
              style={{ background: color }}
              aria-hidden="true"
            />
            <span className="min-w-0 flex-1 truncate">{label}</span>
            <input
              name={`price-${key}`}
              required
              inputMode="decimal"
              pattern="[0-9]+([.][0-9]+)?"
              placeholder="45.50"
              className={`${INPUT} w-28 text-right tabular-nums`}
            />
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function read(form: FormData, chart: number, categories: ChartCategory[]) {
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const time = (name: string) => new Date(text(name)).toISOString()
  const prices = categories.map(({ key }): [string, string] => [key, text(`price-${key}`)])
  return {
    name: text('name'),
    venue: text('venue'),
    start_time: time('start'),
    end_time: time('end'),
    ...(text('from') && { sales_start: time('from') }),
    ...(text('until') && { sales_end: time('until') }),
    chart_id: chart,
    prices: Object.fromEntries(prices),
    currency: text('currency'),
    orphan_rule: text('orphans'),
  }
}

/** A time as a field of the browser wants it, in the place where the organiser is. */
function local(date: Date): string {
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  return shifted.toISOString().slice(0, 16)
}
