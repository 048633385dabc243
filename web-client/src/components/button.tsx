// Buttons of the pages: one look for each weight of decision.

import type { ButtonHTMLAttributes } from 'react'

const KINDS = {
  primary: 'bg-ink text-paper hover:opacity-90 disabled:opacity-40',
  quiet: 'bg-transparent text-ink ring-1 ring-line ring-inset hover:bg-sunken disabled:opacity-40',
} as const

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: keyof typeof KINDS
}

export function Button({ kind = 'primary', className = '', ...rest }: Props) {
  return (
    <button
      type="button"
      className={`inline-flex h-12 items-center justify-center gap-2 rounded-full px-6 text-[15px]
        font-semibold tracking-[-0.01em] transition-[opacity,background-color,transform]
        duration-150 active:scale-[0.98] ${KINDS[kind]} ${className}`}
      {...rest}
    />
  )
}
