// Changing an event: what it is called, where and when it is, when it is sold and for how much.

import { useState } from 'react'
import { Chart } from '../../sdk/index'
import { rest } from '../client'
import { Button } from '../components/button'
import { t } from '../i18n'
import { toast } from '../state/toasts'
import { showAmount } from './amounts'
import { Basics, Description, eventChecks, Prices, Refusals } from './event-fields'
import { draftOf, readChange } from './event-form'
import { Form } from './form'
import { HousePage, type House } from './house'
import { changeEvent } from './organiser-client'
import { faultsOf } from './words'

export function EditEventPage({ id }: { id: number }) {
  return (
    <HousePage id={id} page="edit" title={t('nav.edit')}>
      {(house) => <Edit house={house} />}
    </HousePage>
  )
}

function Edit({ house }: { house: House }) {
  /** As the server has it now: another change begins from there. */
  const [{ event, chart }, setSaved] = useState(house)
  const [busy, setBusy] = useState(false)
  const [faults, setFaults] = useState<string[]>([])
  const send = async (data: FormData) => {
    setBusy(true)
    setFaults([])
    try {
      const changed = await changeEvent(event.id, readChange(data, event, chart))
      setSaved({ event: changed, chart: await chartOf(chart, changed) })
      toast('good', t('organise.saved'))
    } catch (problem) {
      setFaults(faultsOf(problem))
    } finally {
      setBusy(false)
    }
  }
  const prices = chart.categories.map(({ key, price }) => [key, showAmount(price)])
  return (
    <Form
      className="flex flex-col gap-5"
      checks={eventChecks(chart.currency, chart.categories)}
      onSend={(data) => void send(data)}
    >
      <Basics draft={draftOf(event)} />
      <Description text={event.description} />
      <Prices
        categories={chart.categories}
        currency={chart.currency}
        prices={Object.fromEntries(prices)}
      >
        <p className="mt-3 text-sm text-soft">{t('organise.pricesNote')}</p>
      </Prices>
      <Refusals faults={faults} />
      <Button type="submit" disabled={busy}>
        {t('organise.save')}
      </Button>
    </Form>
  )
}

/** Other prices are another chart. */
async function chartOf(before: Chart, { id, layout }: House['event']): Promise<Chart> {
  return layout === before.layout ? before : new Chart(await rest.seatmap(id, layout))
}
