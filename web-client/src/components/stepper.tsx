// A small number with a button on either side: how many places or seats.

import { t } from '../i18n'
import { Icon } from './icon'

interface Props {
  value: number
  max: number
  onChange(value: number): void
  large?: boolean
}

export function Stepper({ value, max, onChange, large = false }: Props) {
  const size = large ? 'size-12' : 'size-10'
  return (
    <div className={`flex items-center justify-center ${large ? 'gap-6' : 'gap-3'}`}>
      <Step
        label={t('area.fewer')}
        icon="minus"
        size={size}
        off={value <= 1}
        onClick={() => onChange(value - 1)}
      />
      <output
        className={`text-center font-semibold tabular-nums ${
          large ? 'w-12 text-4xl' : 'w-7 text-xl'
        }`}
      >
        {value}
      </output>
      <Step
        label={t('area.more')}
        icon="plus"
        size={size}
        off={value >= max}
        onClick={() => onChange(value + 1)}
      />
    </div>
  )
}

interface StepProps {
  label: string
  icon: 'plus' | 'minus'
  size: string
  off: boolean
  onClick(): void
}

function Step({ label, icon, size, off, onClick }: StepProps) {
  return (
    <button
      type="button"
      aria-label={label}
      disabled={off}
      onClick={onClick}
      className={`grid place-items-center rounded-full ring-1 ring-line hover:bg-sunken
        disabled:opacity-40 ${size}`}
    >
      <Icon name={icon} size={18} />
    </button>
  )
}
