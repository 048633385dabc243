// Form fields of the organiser's pages.

import type { InputHTMLAttributes, ReactNode } from 'react'
import { useFault } from './form'

export const INPUT =
  'h-11 min-w-0 rounded-xl bg-surface px-3 text-ink ring-1 ring-edge ring-inset ' +
  'aria-invalid:ring-2 aria-invalid:ring-urgent'

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
  const { bears, line } = useFault(input.name)
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <Labelled label={label}>
        <input required className={INPUT} {...input} {...bears} />
      </Labelled>
      {line}
    </div>
  )
}

interface ChoiceProps {
  label: string
  name: string
  chosen: string
  /** What can be chosen, with its words. */
  options: readonly (readonly [string, string])[]
}

export function Choice({ label, name, chosen, options }: ChoiceProps) {
  return (
    <Labelled label={label}>
      <select name={name} defaultValue={chosen} className={INPUT}>
        {options.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </Labelled>
  )
}
