// Making an event: a name, a time, a chart from the list or a file, and a price for each category.

import { useEffect, useState } from 'react'
import { Button } from '../components/button'
import { t } from '../i18n'
import { navigate } from '../router'
import { ChartChoice } from './chart-choice'
import { Basics, eventChecks, MoreSettings, Prices, Refusals } from './event-fields'
import { newDraft, readNew } from './event-form'
import { Field } from './fields'
import { Form } from './form'
import { Frame } from './frame'
import { categoriesOf, createEvent, type ChartCategory } from './organiser-client'
import { faultsOf } from './words'

const CURRENCY_USUAL = 'EUR'

export function NewEventPage() {
  const [draft] = useState(newDraft)
  const [chart, setChart] = useState<number | null>(null)
  const [categories, setCategories] = useState<ChartCategory[]>([])
  const [currency, setCurrency] = useState(CURRENCY_USUAL)
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
  const send = async (data: FormData) => {
    if (chart === null) return
    setBusy(true)
    setFaults([])
    try {
      const made = await createEvent(readNew(data, chart, categories, currency))
      navigate(`/organise/events/${made.id}`)
    } catch (problem) {
      setFaults(faultsOf(problem))
      setBusy(false)
    }
  }
  const back = { href: '/organise', label: t('organise.title') }
  return (
    <Frame title={t('organise.new')} back={back}>
      <Form
        className="flex flex-col gap-5"
        checks={eventChecks(currency, categories)}
        onSend={(data) => void send(data)}
      >
        <Basics draft={draft}>
          <Field
            label={t('organise.currency')}
            name="currency"
            pattern="[A-Z]{3}"
            maxLength={3}
            autoComplete="off"
            value={currency}
            onChange={({ target }) => setCurrency(target.value.toUpperCase())}
          />
        </Basics>
        <ChartChoice chosen={chart} onChoose={setChart} />
        {categories.length > 0 && (
          <Prices key={chart} categories={categories} currency={currency} />
        )}
        <MoreSettings />
        <Refusals faults={faults} />
        <Button type="submit" disabled={busy}>
          {t('organise.create')}
        </Button>
      </Form>
    </Frame>
  )
}
