// What the plot of sales shows and how it looks, in the page's colours and the reader's language.

import type UPlot from 'uplot'
import { addMoney } from '../../sdk/index'
import { formatCount } from '../format'
import { locale } from '../i18n'
import type { Timeline } from './sales-client'

/** A stretch of time: what was sold in it, and what had come in by its end. */
export interface Accrual {
  start: string
  sold: number
  /** Seats sold less those given back. */
  net: number
  amount: string
  /** Whether anything was sold or given back in it. */
  moved: boolean
}

/** Adds up what came in, exactly; what was given back goes out again. */
export function accrue({ buckets }: Timeline): Accrual[] {
  let amount = '0'
  return buckets.map((bucket) => {
    const { start, sold, cancelled, sold_amount, cancelled_amount } = bucket
    const back = /[1-9]/.test(cancelled_amount) ? `-${cancelled_amount}` : cancelled_amount
    amount = addMoney([amount, sold_amount, back])
    return { start, sold, net: sold - cancelled, amount, moved: sold + cancelled > 0 }
  })
}

const DAY_SECONDS = 86_400

/** Wide enough for an amount with its currency. */
const MONEY_AXIS_PX = 74
const COUNT_AXIS_PX = 44
const TIME_AXIS_PX = 34
/** So much below the corners of the plot, or times would touch the zeros there. */
const TIME_GAP_PX = 11
/** Room for a time to the second, and air to the next. */
const TIME_SPACE_PX = 64

export function plotOptions(
  Plot: typeof UPlot,
  timeline: Timeline,
  onPoint: (at: number | null) => void,
): Omit<UPlot.Options, 'width' | 'height'> {
  const style = getComputedStyle(document.documentElement)
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const axis = { stroke: color('soft'), font: '12px "Inter Variable", sans-serif' }
  const faint = { stroke: color('line'), width: 1 }
  const none = { show: false }
  const bars = Plot.paths.bars
  const half = timeline.bucket_seconds / 2
  return {
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { size: 8 } },
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
    scales: {
      // Half a stretch of room, or the first and the last bar would be cut.
      x: { time: true, range: (_, first, last) => [first - half, last + half] },
      y: { range: (_, __, most) => [0, Math.max(4, most * 1.15)] },
      money: { range: (_, least, most) => [Math.min(0, least), Math.max(1, most * 1.1)] },
    },
    axes: [
      {
        ...axis,
        grid: none,
        ticks: none,
        size: TIME_AXIS_PX,
        gap: TIME_GAP_PX,
        space: TIME_SPACE_PX,
        values: timeWords(timeline),
      },
      {
        ...axis,
        grid: faint,
        ticks: none,
        size: COUNT_AXIS_PX,
        // Seats come whole.
        values: (_, at) => at.map((value) => (value % 1 === 0 ? formatCount(value) : '')),
      },
      {
        ...axis,
        scale: 'money',
        side: 1,
        grid: none,
        ticks: none,
        size: MONEY_AXIS_PX,
        values: (_, at) => at.map(moneyWords(timeline.currency)),
      },
    ],
    series: [
      {},
      {
        fill: `${color('good')}66`,
        stroke: color('good'),
        width: 0,
        paths: bars?.({ size: [0.8, 24], radius: 0.2 }),
        points: none,
      },
      { scale: 'money', stroke: color('ink'), width: 2, points: none },
    ],
  }
}

/** Whether its stretches are shorter than a minute, so that their times need seconds. */
export const inSeconds = ({ bucket_seconds }: Pick<Timeline, 'bucket_seconds'>): boolean =>
  bucket_seconds < 60

/** Days, or times of the day, whichever the stretch calls for. */
function timeWords({ from, to, bucket_seconds }: Timeline): UPlot.Axis.DynamicValues {
  const span = (Date.parse(to) - Date.parse(from)) / 1000
  const days: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' }
  const hours: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' }
  const seconds: Intl.DateTimeFormatOptions = { ...hours, second: '2-digit' }
  const fine = inSeconds({ bucket_seconds }) ? seconds : hours
  const format = new Intl.DateTimeFormat(locale(), span > 2 * DAY_SECONDS ? days : fine)
  return (_, at) => at.map((value) => format.format(new Date(value * 1000)))
}

function moneyWords(currency: string): (amount: number) => string {
  const options: Intl.NumberFormatOptions = {
    style: 'currency',
    currency,
    notation: 'compact',
    maximumFractionDigits: 1,
  }
  const format = new Intl.NumberFormat(locale(), options)
  return (amount) => format.format(amount)
}
