// How many places of general admission to take.

import { useEffect, useRef, useState } from 'react'
import { Status, type SeatStore } from '../../sdk/index'
import { money } from '../format'
import { t } from '../i18n'
import { useSeatChanges } from '../hooks'
import type { Basket } from '../state/basket'
import { Button } from './button'
import { Icon } from './icon'

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
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const { label, category } = store.chart.areas[area]
  const left = store.areaCountOf(area, Status.available)
  const max = Math.max(1, Math.min(left, most))
  const chosen = Math.min(quantity, max)
  const step = (by: number) => setQuantity(chosen + by)
  const take = () => {
    void basket.takeArea(label, chosen).then((taken) => taken && onClose())
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
      <div className="my-6 flex items-center justify-center gap-6">
        <Step label={t('area.fewer')} icon="minus" off={chosen <= 1} onClick={() => step(-1)} />
        <output className="w-12 text-center text-4xl font-semibold tabular-nums">{chosen}</output>
        <Step label={t('area.more')} icon="plus" off={chosen >= max} onClick={() => step(1)} />
      </div>
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

interface StepProps {
  label: string
  icon: 'plus' | 'minus'
  off: boolean
  onClick(): void
}

function Step({ label, icon, off, onClick }: StepProps) {
  return (
    <button
      type="button"
      aria-label={label}
      disabled={off}
      onClick={onClick}
      className="grid size-12 place-items-center rounded-full ring-1 ring-line hover:bg-sunken
        disabled:opacity-40"
    >
      <Icon name={icon} />
    </button>
  )
}
