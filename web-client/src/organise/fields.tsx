// Form fields of the organiser's pages.

import type { InputHTMLAttributes, ReactNode } from 'react'

export const INPUT = 'h-11 min-w-0 rounded-xl bg-surface px-3 text-ink ring-1 ring-edge ring-inset'

export function Labelled({ label, children }: { label: string; children: ReactNode }) {
  return (
    <label className="flex flex-col gap-1.5 font-medium *:font-normal">
      {label}
      {children}
    </label>
  )
}

type FieldProps = InputHTMLAttributes<HTMLInputElement> & { label: string }

/** A field that has to be filled in, unless told otherwise, with its name above. */
export function Field({ label, ...input }: FieldProps) {
  return (
    <Labelled label={label}>
      <input required className={INPUT} {...input} />
    </Labelled>
  )
}
