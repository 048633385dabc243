// Times and counts in the reader's language.

const count = new Intl.NumberFormat()
const day = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
})
const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const dayOfMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric' })
const month = new Intl.DateTimeFormat(undefined, { month: 'short' })

export const formatCount = (value: number): string => count.format(value)

export function formatWhen(at: string): string {
  const date = new Date(at)
  return `${day.format(date)}, ${time.format(date)}`
}

export function formatBadge(at: string): { day: string; month: string } {
  const date = new Date(at)
  return { day: dayOfMonth.format(date), month: month.format(date) }
}

/** Minutes and seconds left, never below zero. */
export function formatLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

export function plural(value: number, one: string, many: string): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`
}
