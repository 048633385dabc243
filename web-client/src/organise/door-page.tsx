// The door of an event: a field that scanners type into, the camera where there is one, and the
// answer large enough to be read at arm's length.

import { useEffect, useRef, useState, type FormEvent } from 'react'
import type { Chart } from '../../sdk/index'
import { Icon } from '../components/icon'
import { useObservable } from '../hooks'
import { t } from '../i18n'
import { Act } from './act'
import { bookingOf, checkIn, checkOut } from './bookings-client'
import { CodeCamera, hasCamera } from './code-camera'
import { Door } from './door'
import { DoorLog } from './door-log'
import { DoorAnswer } from './door-answer'
import { INPUT } from './fields'
import { HousePage } from './house'

export function DoorPage({ id }: { id: number }) {
  return (
    <HousePage id={id} page="door" title={t('door.title')} wide>
      {({ chart }) => <AtTheDoor event={id} chart={chart} />}
    </HousePage>
  )
}

function AtTheDoor({ event, chart }: { event: number; chart: Chart }) {
  const [door] = useState(
    () => new Door({ find: (ref) => bookingOf(event, ref), checkIn, checkOut }),
  )
  const { result, waiting, answers } = useObservable(door.view)
  const [camera, setCamera] = useState(false)
  return (
    <div className="grid gap-6 lg:grid-cols-[1fr_22rem]">
      <div className="flex min-w-0 flex-col gap-4">
        <CodeField onCode={(code) => door.enter(code)}>
          {hasCamera() ? (
            <button
              type="button"
              aria-pressed={camera}
              onClick={() => setCamera(!camera)}
              className={`flex h-11 items-center gap-2 rounded-full px-5 text-sm font-semibold
                ring-1 ring-line ring-inset ${camera ? 'bg-ink text-paper' : 'hover:bg-sunken'}`}
            >
              <Icon name="camera" />
              {t('door.camera')}
            </button>
          ) : (
            <p className="basis-full text-sm text-soft">{t('door.noHttps')}</p>
          )}
        </CodeField>
        {camera && <CodeCamera onCode={(code) => door.enter(code)} />}
        <DoorAnswer door={door} chart={chart} result={result} busy={waiting > 0} />
      </div>
      <DoorLog event={event} chart={chart} answers={answers} />
    </div>
  )
}

interface FieldProps {
  onCode(code: string): void
  children: React.ReactNode
}

/** Scanners are keyboards: what is typed here and is meant for nothing else goes into the field. */
function CodeField({ onCode, children }: FieldProps) {
  const field = useRef<HTMLInputElement>(null)
  const [code, setCode] = useState('')
  useEffect(() => {
    const toField = (event: KeyboardEvent) => {
      const plain = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey
      const at = event.target as HTMLElement
      // A space presses the button it is on.
      if (plain && event.key !== ' ' && !/^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName)) {
        field.current?.focus()
      }
    }
    document.addEventListener('keydown', toField)
    return () => document.removeEventListener('keydown', toField)
  }, [])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onCode(code)
    setCode('')
    field.current?.focus()
  }
  return (
    <form onSubmit={submit} className="flex flex-wrap items-center gap-2">
      <input
        ref={field}
        autoFocus
        value={code}
        onChange={({ target }) => setCode(target.value)}
        aria-label={t('door.code')}
        placeholder={t('door.code')}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        enterKeyHint="go"
        className={`${INPUT} h-14 flex-1 basis-60 px-5 text-lg slashed-zero`}
      />
      <Act strong>{t('door.check')}</Act>
      {children}
    </form>
  )
}
