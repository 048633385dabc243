// Language, appearance and palette, behind one button of the header.

import { useEffect, useRef, useState } from 'react'
import { useObservable } from '../hooks'
import { choose, language, LANGUAGES, t, type Language } from '../i18n'
import { looks, setLooks, THEMES } from '../looks'
import { usePath } from '../router'
import { Icon } from './icon'

export function Settings() {
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!open) return
    const leave = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false)
    }
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      setOpen(false)
      button.current?.focus()
    }
    document.addEventListener('pointerdown', leave)
    document.addEventListener('focusin', leave)
    document.addEventListener('keydown', escape)
    return () => {
      document.removeEventListener('pointerdown', leave)
      document.removeEventListener('focusin', leave)
      document.removeEventListener('keydown', escape)
    }
  }, [open])
  return (
    <div ref={box} className="relative shrink-0">
      <button
        ref={button}
        type="button"
        aria-label={t('settings.label')}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="grid size-10 place-items-center rounded-full hover:bg-sunken"
      >
        <Icon name="sliders" />
      </button>
      {open && <Choices />}
    </div>
  )
}

function Choices() {
  const spoken = useObservable(language)
  const { theme, palette } = useObservable(looks)
  const organises = usePath().startsWith('/organise')
  return (
    <div
      role="group"
      aria-label={t('settings.label')}
      className="absolute top-12 right-0 z-50 flex w-72 animate-rise flex-col gap-4 rounded-3xl
        bg-surface p-5 text-sm shadow-float ring-1 ring-line"
    >
      <label className="flex flex-col gap-1.5 font-medium">
        {t('settings.language')}
        <select
          value={spoken}
          onChange={(event) => choose(event.target.value as Language)}
          className="h-11 rounded-xl bg-sunken px-3 font-normal text-ink ring-1 ring-edge
            ring-inset"
        >
          {Object.entries(LANGUAGES).map(([tag, name]) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <fieldset>
        <legend className="mb-1.5 font-medium">{t('settings.theme')}</legend>
        {THEMES.map((choice) => (
          <label key={choice} className="flex min-h-9 items-center gap-2.5">
            <input
              type="radio"
              name="theme"
              checked={theme === choice}
              onChange={() => setLooks({ theme: choice })}
              className="size-4 accent-ink"
            />
            {t(`settings.${choice}`)}
          </label>
        ))}
      </fieldset>
      <label className="flex min-h-9 items-center gap-2.5">
        <input
          type="checkbox"
          checked={palette === 'safe'}
          onChange={(event) => setLooks({ palette: event.target.checked ? 'safe' : 'chart' })}
          className="size-4 accent-ink"
        />
        {t('settings.safe')}
      </label>
      {!organises && (
        // Loaded anew, and beyond the frame: a shop may frame the map, but nobody the organiser's
        // pages, and the server can only say so of a page that it is asked for.
        <a
          href="/organise"
          target="_top"
          className="-mx-2 -mb-2 flex min-h-11 items-center justify-between rounded-xl px-2
            font-medium hover:bg-sunken"
        >
          {t('settings.organise')}
          <Icon name="forth" size={18} />
        </a>
      )}
    </div>
  )
}
