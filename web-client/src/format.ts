// Amounts, times and counts in the reader's language.

import { formatMoney, formatMoneyRange } from '../sdk/index'
import { locale } from './i18n'

export const money = (amount: string, currency: string): string =>
  formatMoney(amount, currency, locale())

/** From the lowest to the highest of several amounts. */
export const moneyRange = (low: string, high: string, currency: string): string =>
  formatMoneyRange(low, high, currency, locale())

export const formatCount = (value: number): string => new Intl.NumberFormat(locale()).format(value)

export function formatWhen(at: string): string {
  return new Intl.DateTimeFormat(locale(), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(at))
}

export function formatBadge(at: string): { day: string; month: string } {
  const date = new Date(at)
  return {
    day: new Intl.NumberFormat(locale()).format(date.getDate()),
    month: new Intl.DateTimeFormat(locale(), { month: 'short' }).format(date),
  }
}

/** Minutes and seconds left, never below zero. */
export function formatLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
