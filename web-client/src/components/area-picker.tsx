// How many places of general admission to take.

import { useEffect, useRef, useState } from 'react'
import type { SeatStore } from '../../sdk/index'
import { money } from '../format'
import { t } from '../i18n'
import { useSeatChanges } from '../hooks'
import type { Basket } from '../state/basket'
import { Button } from './button'
import { areaReason } from '../state/toasts'
import { Stepper } from './stepper'

interface Props {
  store: SeatStore
  basket: Basket
  area: number
  most: number
  onClose(): void
}

export function AreaPicker({ store, basket, area, most, onClose }: Props) {
  useSeatChanges(store)
  const [quantity, setQuantity] = useState(2)
  const [refusal, setRefusal] = useState('')
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const { label, category } = store.chart.areas[area]
  const left = store.placesLeft(area)
  const max = Math.max(1, Math.min(left, most))
  const chosen = Math.min(quantity, max)
  const take = () => {
    const wish = { areas: [{ area: label, quantity: chosen }] }
    setRefusal('')
    // A toast would lie behind the dialog, where nobody hears of it.
    const refused = (problem: unknown) => {
      setRefusal(areaReason(problem))
      return true
    }
    void basket.take(wish, refused).then((taken) => taken && onClose())
  }
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      aria-label={label}
      className="m-auto w-80 rounded-3xl bg-surface p-6 text-ink shadow-float backdrop:bg-black/30"
    >
      <h2 className="text-xl font-semibold tracking-[-0.02em]">{label}</h2>
      <p className="text-sm text-soft">
        {t('area.left', { count: left })} ·{' '}
        {t('area.each', {
          price: money(store.chart.categories[category].price, store.chart.currency),
        })}
      </p>
      <div className="my-6">
        <Stepper value={chosen} max={max} onChange={setQuantity} large />
      </div>
      <p role="alert" className="mb-4 text-center text-sm font-medium text-urgent empty:mb-0">
        {refusal}
      </p>
      <div className="flex flex-col gap-2">
        <Button disabled={left === 0} onClick={take}>
          {t('area.take', { count: chosen })}
        </Button>
        <Button kind="quiet" onClick={onClose}>
          {t('area.notNow')}
        </Button>
      </div>
    </dialog>
  )
}
