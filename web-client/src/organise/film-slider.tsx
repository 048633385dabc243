// The film's slider: the time of the film, or of a part of it that is looked at closer, with bars
// for how much happened when. In a long sale the rush is a moment of it, and fills the slider only
// from close by.

import { Icon, type IconName } from '../components/icon'
import { t } from '../i18n'
import type { Film, FilmView } from './film'
import { share } from './film-span'
import { dayTime } from './words'

interface Props {
  film: Film
  view: FilmView
  /** The time it stands at, for those who don't see it. */
  words: string
}

/** No bar is wider than one of so many. */
const BARS_MIN = 60

/** Finer than the slider is wide. */
const STEPS = 1_000

/** The ends of less than this are told to the second. */
const FINE_MS = 3_600_000

/** How much closer or wider each press shows. */
const ZOOM = 8

export function TimeSlider({ film, view, words }: Props) {
  const { at, span } = view
  const { from, to } = span
  const fine = to - from < FINE_MS
  const ends = [from, to].map((end) => dayTime(new Date(end).toISOString(), fine))
  return (
    <div className="flex items-end gap-3">
      <div className="relative min-w-0 flex-1 pt-10">
        <Bars view={view} />
        <input
          type="range"
          min={0}
          max={STEPS}
          value={Math.round(share(span, at) * STEPS)}
          aria-label={t('replay.time')}
          aria-valuetext={words}
          onChange={({ target }) => {
            film.pause()
            film.seek(from + (Number(target.value) / STEPS) * (to - from))
          }}
          className="block h-8 w-full rounded-full accent-ink"
        />
        <div
          data-span
          className="mt-1 flex justify-between gap-4 px-2 text-[13px] text-soft tabular-nums"
        >
          {ends.map((end, which) => (
            <span key={which} className="last:text-right">
              {end}
            </span>
          ))}
        </div>
      </div>
      <div className="flex gap-2">
        <Zoom
          label={t('replay.wider')}
          icon="minus"
          off={film.showsAll}
          onClick={() => film.zoom(ZOOM)}
        />
        <Zoom label={t('replay.closer')} icon="plus" onClick={() => film.zoom(1 / ZOOM)} />
      </div>
    </div>
  )
}

function Bars({ view: { at, span } }: { view: FilmView }) {
  const { from, to, stir } = span
  const { start, width, counts } = stir
  const most = Math.max(1, ...counts)
  const length = Math.max(1, to - from)
  const bar = Math.min(0.8 * width, length / BARS_MIN)
  return (
    <svg
      viewBox="0 0 1 1"
      preserveAspectRatio="none"
      aria-hidden="true"
      className="absolute inset-x-2 top-0 h-10 w-[calc(100%-1rem)] text-soft"
    >
      {counts.map((count, bucket) => {
        const begin = start + bucket * width
        const height = Math.sqrt(count / most)
        return (
          <rect
            key={bucket}
            x={(begin + (width - bar) / 2 - from) / length}
            y={1 - height}
            width={bar / length}
            height={height}
            className={begin <= at ? 'fill-good' : 'fill-current opacity-40'}
          />
        )
      })}
    </svg>
  )
}

interface ZoomProps {
  label: string
  icon: IconName
  off?: boolean
  onClick(): void
}

function Zoom({ label, icon, off = false, onClick }: ZoomProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      // Not the attribute, which would take the focus away.
      aria-disabled={off}
      onClick={onClick}
      className="grid size-11 place-items-center rounded-full ring-1 ring-line ring-inset
        hover:bg-sunken aria-disabled:opacity-40"
    >
      <Icon name={icon} size={18} />
    </button>
  )
}
