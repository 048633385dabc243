// A form that says in the page's own words, beside each field, what is wrong with it. The browser's
// words would be in the browser's language, and about its formats.

import { createContext, useContext, useId, useState } from 'react'
import type { FormEvent, ReactNode } from 'react'
import { t } from '../i18n'

/** What is wrong with a field's value; null when it will do. */
export type Check = (value: string, data: FormData) => string | null

type Faults = Readonly<Record<string, string>>

interface Told {
  faults: Faults
  /** What the ids of this form's fault lines begin with. */
  prefix: string
}

const FaultsContext = createContext<Told>({ faults: {}, prefix: '' })

interface Props {
  /** Rules beyond what the fields themselves say, by name. */
  checks?: Readonly<Record<string, Check>>
  onSend(data: FormData): void
  className?: string
  children: ReactNode
}

export function Form({ checks = {}, onSend, className, children }: Props) {
  const [faults, setFaults] = useState<Faults>({})
  const prefix = useId()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const data = new FormData(form)
    const wrong = fieldsOf(form).flatMap((field) => {
      const own = checks[field.name]?.(field.value, data)
      const fault = faultOf(field) ?? own ?? null
      return fault === null ? [] : [{ field, fault }]
    })
    setFaults(Object.fromEntries(wrong.map(({ field, fault }) => [field.name, fault])))
    if (wrong.length === 0) onSend(data)
    else reveal(wrong[0].field)
  }
  const mend = ({ target }: FormEvent<HTMLFormElement>) => {
    const { name } = target as Field
    const others = Object.entries(faults).filter(([known]) => known !== name)
    if (name in faults) setFaults(Object.fromEntries(others))
  }
  return (
    <FaultsContext value={{ faults, prefix }}>
      <form noValidate className={className} onSubmit={submit} onInput={mend}>
        {children}
      </form>
    </FaultsContext>
  )
}

/** What a field of the form has to bear, so that its fault is found beside it. */
export function useFault(name: string | undefined) {
  const { faults, prefix } = useContext(FaultsContext)
  const fault = name === undefined ? undefined : faults[name]
  const id = `${prefix}-${name}`
  return {
    bears: fault ? { 'aria-invalid': true, 'aria-describedby': id } : {},
    line: fault && <FaultLine id={id}>{fault}</FaultLine>,
  }
}

function FaultLine({ id, children }: { id: string; children: string }) {
  return (
    <p id={id} data-fault className="text-sm text-urgent">
      {children}
    </p>
  )
}

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

function fieldsOf(form: HTMLFormElement): Field[] {
  return [...form.elements].filter((element): element is Field => {
    return 'validity' in element && 'name' in element && element.name !== ''
  })
}

/** The field may stand in a part that is folded. */
function reveal(field: Field): void {
  field.closest('details')?.setAttribute('open', '')
  field.focus()
}

function faultOf(field: Field): string | null {
  const { validity } = field
  if (validity.valid) return null
  if (field instanceof HTMLInputElement && field.type === 'number') {
    return t('form.between', { min: Number(field.min), max: Number(field.max) })
  }
  if (validity.patternMismatch) return t('form.currency')
  return t(field instanceof HTMLSelectElement ? 'form.choose' : 'form.missing')
}
