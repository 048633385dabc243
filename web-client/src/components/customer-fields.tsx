// Who a booking is for: asked before it is made, and never needed.

import { useId } from 'react'
import { useObservable } from '../hooks'
import { t } from '../i18n'
import { customer } from '../state/customer'

/** What the server takes at most. */
const NAME_CHARS_MAX = 200
const EMAIL_CHARS_MAX = 254

const INPUT = 'h-11 w-full min-w-0 rounded-xl bg-surface px-3 ring-1 ring-edge ring-inset'

export function CustomerFields() {
  const { name, email } = useObservable(customer)
  const hint = useId()
  return (
    <fieldset aria-describedby={hint} className="min-w-0">
      <legend className="sr-only">{t('customer.title')}</legend>
      <div className="grid grid-cols-2 gap-2 text-[13px]">
        <label className="flex min-w-0 flex-col gap-1 text-soft">
          {t('customer.name')}
          <input
            name="name"
            autoComplete="name"
            maxLength={NAME_CHARS_MAX}
            value={name}
            onChange={({ target }) => customer.patch({ name: target.value })}
            className={`${INPUT} text-[15px] text-ink`}
          />
        </label>
        <label className="flex min-w-0 flex-col gap-1 text-soft">
          {t('customer.email')}
          <input
            name="email"
            type="email"
            autoComplete="email"
            maxLength={EMAIL_CHARS_MAX}
            value={email}
            onChange={({ target }) => customer.patch({ email: target.value })}
            className={`${INPUT} text-[15px] text-ink`}
          />
        </label>
      </div>
      <p id={hint} className="mt-1 text-[13px] text-soft">
        {t('customer.optional')}
      </p>
    </fieldset>
  )
}
