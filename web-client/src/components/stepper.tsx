// A small number with a button on either side: how many places or seats.

import { t } from '../i18n'
import { IconButton } from './icon-button'

interface Props {
  value: number
  max: number
  onChange(value: number): void
  large?: boolean
}

export function Stepper({ value, max, onChange, large = false }: Props) {
  const look = { size: 18, className: `ring-1 ring-line ${large ? 'size-12' : 'size-10'}` }
  return (
    <div className={`flex items-center justify-center ${large ? 'gap-6' : 'gap-3'}`}>
      <IconButton
        {...look}
        label={t('area.fewer')}
        icon="minus"
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
      <IconButton
        {...look}
        label={t('area.more')}
        icon="plus"
        off={value >= max}
        onClick={() => onChange(value + 1)}
      />
    </div>
  )
}
