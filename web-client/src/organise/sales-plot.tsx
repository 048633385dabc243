// Sales over time, drawn by uPlot: seats sold per stretch as bars, what came in so far as a line.
// The library comes with the first plot; the same figures stand below as a table.

import { useEffect, useMemo, useRef, useState } from 'react'
import type UPlot from 'uplot'
import { formatCount, money } from '../format'
import { useMapColors, useObservable } from '../hooks'
import { language, t } from '../i18n'
import type { Timeline } from './sales-client'
import { accrue, inSeconds, plotOptions, type Accrual } from './plot-options'
import { dayTime } from './words'

const HEIGHT_PX = 260

const loadPlot = async () => {
  const [{ default: Plot }] = await Promise.all([
    import('uplot'),
    import('uplot/dist/uPlot.min.css'),
  ])
  return Plot
}

export function SalesPlot({ timeline }: { timeline: Timeline }) {
  const points = useMemo(() => accrue(timeline), [timeline])
  const [at, setAt] = useState<number | null>(null)
  const shown = points.at(at ?? -1)
  const sold = at === null ? sum(points) : (shown?.sold ?? 0)
  return (
    <figure>
      <figcaption
        className="flex min-h-6 flex-wrap items-center gap-x-5 gap-y-1 text-[13px] tabular-nums"
      >
        <span className="text-soft">
          {shown && (at === null ? t('sales.soFar') : dayTime(shown.start, inSeconds(timeline)))}
        </span>
        <Key color="bg-good" words={t('sales.soldHere', { count: sold })} />
        <Key color="bg-ink" words={money(shown?.amount ?? '0', timeline.currency)} />
      </figcaption>
      <Canvas timeline={timeline} points={points} onPoint={setAt} />
      <AsTable timeline={timeline} points={points} />
    </figure>
  )
}

const sum = (points: readonly Accrual[]): number =>
  points.reduce((total, { net }) => total + net, 0)

function Key({ color, words }: { color: string; words: string }) {
  return (
    <span className="flex items-center gap-2 font-semibold">
      <span className={`size-2.5 rounded-full ${color}`} aria-hidden="true" />
      {words}
    </span>
  )
}

interface CanvasProps {
  timeline: Timeline
  points: readonly Accrual[]
  /** The point under the pointer, if any. */
  onPoint(at: number | null): void
}

function Canvas({ timeline, points, onPoint }: CanvasProps) {
  const host = useRef<HTMLDivElement>(null)
  const [Plot, setPlot] = useState<typeof UPlot | null>(null)
  const { theme } = useMapColors()
  const spoken = useObservable(language)
  useEffect(() => {
    // Without the library there is still the table.
    loadPlot().then((loaded) => setPlot(() => loaded), () => {})
  }, [])
  useEffect(() => {
    const place = host.current
    if (!Plot || !place) return
    const size = () => ({ width: place.clientWidth, height: HEIGHT_PX })
    const options = { ...plotOptions(Plot, timeline, onPoint), ...size() }
    const data: UPlot.AlignedData = [
      points.map(({ start }) => Date.parse(start) / 1000),
      points.map(({ sold }) => sold),
      points.map(({ amount }) => Number(amount)),
    ]
    const plot = new Plot(options, data, place)
    const observer = new ResizeObserver(() => plot.setSize(size()))
    observer.observe(place)
    return () => {
      observer.disconnect()
      plot.destroy()
    }
  }, [Plot, timeline, points, onPoint, theme, spoken])
  return (
    <div
      ref={host}
      data-plot={Plot ? 'drawn' : 'loading'}
      aria-hidden="true"
      style={{ height: HEIGHT_PX }}
      className="mt-2 w-full"
    />
  )
}

/** The most lines of the table: those in which anything happened, newest first. */
const LINES_MAX = 60

function AsTable({ timeline, points }: Omit<CanvasProps, 'onPoint'>) {
  const lines = points.filter(({ moved }) => moved).slice(-LINES_MAX).reverse()
  return (
    <details className="mt-3 text-[13px]">
      <summary className="inline-flex min-h-8 cursor-pointer items-center font-medium text-soft">
        {t('sales.asTable')}
      </summary>
      <table className="mt-1 w-full tabular-nums">
        <thead className="text-soft">
          <tr>
            <th scope="col" className="py-1 text-left font-normal">{t('ticket.when')}</th>
            <th scope="col" className="py-1 text-right font-normal">{t('marks.sold')}</th>
            <th scope="col" className="py-1 text-right font-normal">{t('sales.amount')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ start, sold, amount }) => (
            <tr key={start} className="border-t border-line">
              <th scope="row" className="py-1 text-left font-medium">
                {dayTime(start, inSeconds(timeline))}
              </th>
              <td className="text-right">{formatCount(sold)}</td>
              <td className="text-right">{money(amount, timeline.currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
