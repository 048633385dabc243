// The on-sale as a film: the map as it was, a slider over its time, and how fast it goes by.

import { useEffect, useState } from 'react'
import { SeatStore, Status, type Chart, type SeatmapEvent } from '../../sdk/index'
import { Icon } from '../components/icon'
import { LoadingMap } from '../components/visit-gate'
import { SeatMap } from '../components/seat-map'
import { Button } from '../components/button'
import { formatCount } from '../format'
import { useObservable, useSeatChanges } from '../hooks'
import { locale, t } from '../i18n'
import { Announcer } from '../state/announcer'
import { INPUT } from './fields'
import { Film, SPEEDS, type FilmView } from './film'
import { TimeSlider } from './film-slider'
import { HousePage } from './house'
import { readHistory, readPastMap, readTimeline } from './sales-client'
import { clockTime, dayTime } from './words'

export function ReplayPage({ id }: { id: number }) {
  return (
    <HousePage id={id} page="replay" title={t('replay.title')} fill>
      {({ event, chart }) => <Cinema event={event} chart={chart} />}
    </HousePage>
  )
}

const NOTHING: readonly number[] = []
const nothing = () => {}

function Cinema({ event, chart }: { event: SeatmapEvent; chart: Chart }) {
  const [film] = useState(
    () =>
      new Film(new SeatStore(chart), {
        timeline: (stretch) => readTimeline(event.id, stretch),
        history: (since, limit) => readHistory(event.id, since, limit),
        past: (version) => readPastMap(event.id, version),
      }),
  )
  const [announcer] = useState(() => new Announcer(film.store))
  const view = useObservable(film.view)
  useEffect(() => void film.load(), [film])
  useFrames(film, view.playing)
  if (view.phase === 'loading') return <LoadingMap />
  if (view.phase === 'empty') return <p className="text-soft">{t('organise.noChanges')}</p>
  if (view.phase === 'failed') {
    return (
      <div className="flex flex-col items-start gap-4">
        <p>{t('notice.failed.text')}</p>
        <Button onClick={() => void film.load()}>{t('notice.retry')}</Button>
      </div>
    )
  }
  const map = {
    store: film.store,
    announcer,
    highlight: null,
    orphanRule: 'off' as const,
    shownSeats: NOTHING,
    coveredBelow: 0,
    onSeat: nothing,
    onArea: nothing,
    onSelect: nothing,
  }
  return (
    <>
      <div className="relative min-h-80 flex-1 overflow-hidden rounded-3xl ring-1 ring-line">
        <SeatMap {...map} />
      </div>
      <Controls film={film} view={view} />
    </>
  )
}

/** Drives the film by the screen's frames while it plays. */
function useFrames(film: Film, playing: boolean): void {
  useEffect(() => {
    if (!playing) return
    let last = performance.now()
    let frame = 0
    const step = (now: number) => {
      film.tick(now - last)
      last = now
      frame = requestAnimationFrame(step)
    }
    frame = requestAnimationFrame(step)
    return () => cancelAnimationFrame(frame)
  }, [film, playing])
}

function Controls({ film, view }: { film: Film; view: FilmView }) {
  const { at, version, playing, speed, waiting } = view
  const when = dayTime(new Date(at).toISOString())
  const second = clockTime(new Date(at).toISOString())
  return (
    <section aria-label={t('replay.controls')} className="flex flex-col gap-3 pt-4 pb-6">
      <TimeSlider film={film} view={view} words={`${when} (${second})`} />
      <div className="flex flex-wrap items-center gap-x-5 gap-y-3">
        <button
          type="button"
          aria-label={t(playing ? 'replay.pause' : 'replay.play')}
          onClick={() => (playing ? film.pause() : film.play())}
          className="grid size-12 shrink-0 place-items-center rounded-full bg-ink text-paper
            hover:opacity-90"
        >
          <Icon name={playing ? 'pause' : 'play'} size={22} />
        </button>
        <div className="flex gap-2">
          <StepButton film={film} by={-1} disabled={version <= film.firstVersion} />
          <StepButton film={film} by={1} disabled={version >= film.lastVersion} />
        </div>
        <label className="flex items-center gap-2 text-sm">
          {t('replay.speed')}
          <select
            value={speed}
            onChange={({ target }) => film.setSpeed(Number(target.value))}
            className={`${INPUT} tabular-nums`}
          >
            {SPEEDS.map((one) => (
              <option key={one} value={one}>
                {t('replay.times', { count: one })}
              </option>
            ))}
          </select>
        </label>
        <p
          data-version={version}
          className={`text-sm leading-tight tabular-nums ${waiting ? 'animate-beat' : ''}`}
        >
          <span className="block font-semibold">
            {new Date(at).toLocaleDateString(locale(), { dateStyle: 'medium' })} {second}
          </span>
          <span className="text-soft">
            {t('replay.version', { version: formatCount(version) })}
          </span>
        </p>
        <Counts store={film.store} />
      </div>
    </section>
  )
}

interface StepProps {
  film: Film
  by: 1 | -1
  disabled: boolean
}

/** To the map one version on or back: the slider is far too coarse for that. */
function StepButton({ film, by, disabled }: StepProps) {
  return (
    <button
      type="button"
      aria-label={t(by < 0 ? 'replay.previous' : 'replay.next')}
      // Not the attribute, which would take the focus away at either end.
      aria-disabled={disabled}
      onClick={() => film.step(by)}
      className="grid size-11 place-items-center rounded-full ring-1 ring-line ring-inset
        hover:bg-sunken aria-disabled:opacity-40"
    >
      <Icon name={by < 0 ? 'back' : 'forth'} size={20} />
    </button>
  )
}

const COUNTED = [
  ['marks.sold', Status.sold],
  ['marks.reserved', Status.reserved],
  ['marks.held', Status.locked],
  ['organise.free', Status.available],
] as const

function Counts({ store }: { store: SeatStore }) {
  useSeatChanges(store)
  const count = (status: Status) =>
    store.chart.categories.reduce((sum, _, at) => sum + store.countOf(at, status), 0)
  return (
    <dl className="ml-auto flex gap-5 text-right text-sm tabular-nums max-sm:ml-0 max-sm:w-full
      max-sm:justify-between">
      {COUNTED.map(([key, status]) => (
        <div key={key}>
          <dt className="text-[13px] text-soft">{t(key)}</dt>
          <dd className="font-semibold">{formatCount(count(status))}</dd>
        </div>
      ))}
    </dl>
  )
}
