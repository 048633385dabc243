// Form fields of the organiser's pages.

import type { ReactNode } from 'react'

export const INPUT = 'h-11 min-w-0 rounded-xl bg-surface px-3 text-ink ring-1 ring-line ring-inset'

export function Labelled({ label, children }: { label: string; children: ReactNode }) {
  return (
    <label className="flex flex-col gap-1.5 font-medium *:font-normal">
      {label}
      {children}
    </label>
  )
}
