// What an event is made of, as fields: the same for a new one and for one that is changed.

import type { ReactNode } from 'react'
import { t } from '../i18n'
import { exampleAmount, readAmount } from './amounts'
import { DESCRIPTION_CHARS_MAX, LIMITS, type EventDraft } from './event-form'
import { Choice, Field, INPUT, Labelled } from './fields'
import { useFault, type Check } from './form'
import type { ChartCategory } from './organiser-client'

/** What is checked of these fields beyond what they say themselves. */
export function eventChecks(currency: string, categories: readonly ChartCategory[]) {
  const later = (than: string, words: string): Check => (value, data) => {
    const first = String(data.get(than) ?? '')
    return value !== '' && first !== '' && value <= first ? t('form.later', { other: words }) : null
  }
  const amount: Check = (value) => {
    const fine = readAmount(value, currency) !== null
    return fine ? null : t('form.amount', { example: exampleAmount(currency) })
  }
  return {
    end: later('start', t('organise.begins')),
    until: later('from', t('organise.salesFrom')),
    ...Object.fromEntries(categories.map(({ key }) => [`price-${key}`, amount])),
  }
}

/** Name, place, times and the rule for single seats; `children` stands beside that. */
export function Basics({ draft, children }: { draft: EventDraft; children?: ReactNode }) {
  const times = [
    { label: t('organise.begins'), name: 'start', defaultValue: draft.start },
    { label: t('organise.ends'), name: 'end', defaultValue: draft.end },
    { label: t('organise.salesFrom'), name: 'from', defaultValue: draft.from, required: false },
    { label: t('organise.salesUntil'), name: 'until', defaultValue: draft.until, required: false },
  ]
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label={t('organise.name')} name="name" maxLength={200} defaultValue={draft.name} />
      <Field label={t('ticket.where')} name="venue" maxLength={200} defaultValue={draft.venue} />
      {times.map((time) => (
        <Field key={time.name} type="datetime-local" {...time} />
      ))}
      <Choice
        label={t('organise.orphans')}
        name="orphans"
        chosen={draft.orphans}
        options={[
          ['off', t('organise.orphansOff')],
          ['prefer', t('organise.orphansPrefer')],
          ['strict', t('organise.orphansStrict')],
        ]}
      />
      {children}
    </div>
  )
}

export function Description({ text = '' }: { text?: string }) {
  return (
    <Labelled label={t('organise.description')}>
      <textarea
        name="description"
        rows={4}
        maxLength={DESCRIPTION_CHARS_MAX}
        defaultValue={text}
        className={`${INPUT} h-auto py-2.5`}
      />
    </Labelled>
  )
}

/** What few need to say: left out, the server's own settings hold. */
export function MoreSettings() {
  const numbers = [
    ['lock', t('organise.lockMinutes')],
    ['pay', t('organise.payMinutes')],
    ['most', t('organise.seatsMax')],
  ] as const
  return (
    <details className="rounded-2xl bg-surface/60 px-5 ring-1 ring-line">
      <summary className="-mx-5 min-h-13 cursor-pointer rounded-2xl px-5 py-3.5 font-semibold">
        {t('organise.more')}
      </summary>
      <div className="flex flex-col gap-4 pt-1 pb-5">
        <div className="grid items-end gap-4 sm:grid-cols-2">
          {numbers.map(([name, label]) => (
            <Field
              key={name}
              label={label}
              name={name}
              type="number"
              inputMode="numeric"
              min={1}
              max={LIMITS[name]}
              step={1}
              required={false}
              placeholder={t('organise.usual')}
            />
          ))}
          <Choice
            label={t('organise.cancel')}
            name="cancel"
            chosen="owner"
            options={[
              ['owner', t('organise.cancelOwner')],
              ['organiser', t('organise.cancelOrganiser')],
              ['never', t('organise.cancelNever')],
            ]}
          />
        </div>
        <Description />
      </div>
    </details>
  )
}

interface PricesProps {
  categories: readonly ChartCategory[]
  currency: string
  /** What they cost so far, by key, as people write it. */
  prices?: Readonly<Record<string, string>>
  children?: ReactNode
}

export function Prices({ categories, currency, prices = {}, children }: PricesProps) {
  return (
    <fieldset>
      <legend className="mb-2 font-semibold">
        {t('legend.title')} <span className="font-normal text-soft">{currency}</span>
      </legend>
      <div className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
        {categories.map((category) => (
          <Price
            key={category.key}
            category={category}
            example={exampleAmount(currency)}
            price={prices[category.key]}
          />
        ))}
      </div>
      {children}
    </fieldset>
  )
}

interface PriceProps {
  category: ChartCategory
  example: string
  price: string | undefined
}

function Price({ category: { key, label, color }, example, price }: PriceProps) {
  const name = `price-${key}`
  const { bears, line } = useFault(name)
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label className="flex items-center gap-3">
        <span
          className="size-3 shrink-0 rounded-full"
          style={{ background: color }}
          aria-hidden="true"
        />
        <span className="min-w-0 flex-1">{label}</span>
        <input
          name={name}
          inputMode="decimal"
          autoComplete="off"
          defaultValue={price}
          placeholder={example}
          className={`${INPUT} w-28 text-right tabular-nums`}
          {...bears}
        />
      </label>
      {line}
    </div>
  )
}

/** What the server said against it. */
export function Refusals({ faults }: { faults: readonly string[] }) {
  return (
    <div role="alert">
      {faults.map((fault) => (
        <p key={fault} className="text-sm text-urgent">
          {fault}
        </p>
      ))}
    </div>
  )
}
