// The field and the choice that bookings are found by.

import { useState, type FormEvent } from 'react'
import type { BookingStatus } from '../../sdk/index'
import { t } from '../i18n'
import { Act } from './act'
import { INPUT } from './fields'

export interface Wanted {
  words: string
  status: BookingStatus | ''
}

interface Props {
  wanted: Wanted
  onSearch(wanted: Wanted): void
}

/** The longest e-mail address there is. */
const WORDS_CHARS_MAX = 254

const STATUSES = ['pending', 'confirmed', 'cancelled', 'expired'] as const

export function BookingSearch({ wanted, onSearch }: Props) {
  const [words, setWords] = useState(wanted.words)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSearch({ ...wanted, words })
  }
  return (
    <form role="search" onSubmit={submit} className="flex flex-wrap gap-2">
      <input
        type="search"
        value={words}
        maxLength={WORDS_CHARS_MAX}
        onChange={({ target }) => setWords(target.value)}
        aria-label={t('bookings.find')}
        placeholder={t('bookings.find')}
        autoComplete="off"
        spellCheck={false}
        className={`${INPUT} flex-1 basis-64 px-4 max-sm:basis-full`}
      />
      <select
        value={wanted.status}
        aria-label={t('bookings.status')}
        onChange={({ target }) => {
          onSearch({ words, status: target.value as Wanted['status'] })
        }}
        className={`${INPUT} max-sm:flex-1`}
      >
        <option value="">{t('bookings.anyStatus')}</option>
        {STATUSES.map((status) => (
          <option key={status} value={status}>
            {t(`bookings.${status}`)}
          </option>
        ))}
      </select>
      <Act strong>{t('bookings.search')}</Act>
    </form>
  )
}
