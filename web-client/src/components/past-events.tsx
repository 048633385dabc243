// What is over, folded away below what is to come.

import { useState, type ReactNode } from 'react'
import { t } from '../i18n'

interface Props {
  count: number
  /** Drawn only when somebody looks: there may be thousands. */
  children(): ReactNode
}

export function PastEvents({ count, children }: Props) {
  const [open, setOpen] = useState(false)
  if (count === 0) return null
  return (
    <details className="mt-8" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="inline-flex min-h-12 cursor-pointer items-center font-semibold text-soft">
        {t('events.over', { count })}
      </summary>
      {open && <div className="mt-3">{children()}</div>}
    </details>
  )
}

/** How many there are beyond those that were read. */
export function MoreEvents({ count }: { count: number }) {
  if (count <= 0) return null
  return <p className="mt-6 text-sm text-soft">{t('events.more', { count })}</p>
}
