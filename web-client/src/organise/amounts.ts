// Amounts as people write them: with a comma or a point, and with or without signs between the
// thousands. The server takes decimal strings with a point.

import { locale } from '../i18n'

/** For what is no currency the browser knows. */
const DIGITS_USUAL = 2

const PLAIN = 45.5
const PLAIN_WHOLE = 4500

/** How many digits amounts of a currency have behind the point. */
export function digitsOf(currency: string): number {
  try {
    const form = new Intl.NumberFormat('en', { style: 'currency', currency })
    return form.resolvedOptions().maximumFractionDigits ?? DIGITS_USUAL
  } catch {
    return DIGITS_USUAL
  }
}

/** What was written, as the server takes it; null for what is no amount of the currency. */
export function readAmount(text: string, currency: string, region = locale()): string | null {
  const plain = text.normalize('NFKC').replace(/[\s'’]/g, '')
  if (!/^\d[\d.,]*$/.test(plain)) return null
  const digits = digitsOf(currency)
  const point = pointOf(plain, digits, region)
  const whole = point < 0 ? plain : plain.slice(0, point)
  const fraction = point < 0 ? '' : plain.slice(point + 1)
  // Signs between thousands: all the same, and three digits behind each.
  if (!/^(\d+|\d{1,3}(\.\d{3})+|\d{1,3}(,\d{3})+)$/.test(whole)) return null
  if (!/^\d*$/.test(fraction) || fraction.length > digits) return null
  const number = whole.replace(/[.,]/g, '').replace(/^0+(?=\d)/, '')
  return fraction === '' ? number : `${number}.${fraction}`
}

/** Where the fraction begins; -1 when there is none. */
function pointOf(plain: string, digits: number, region: string): number {
  const last = Math.max(plain.lastIndexOf('.'), plain.lastIndexOf(','))
  if (last < 0) return -1
  const sign = plain[last]
  const only = plain.indexOf(sign) === last
  const mixed = plain.includes(sign === '.' ? ',' : '.')
  if (mixed) return only ? last : -1
  if (!only) return -1
  const behind = plain.length - last - 1
  // "1,234" may be either: then what the reader's language means by the sign decides.
  if (behind === 3 && digits < 3) return sign === decimalSign(region) ? last : -1
  return last
}

function decimalSign(region: string): string {
  const parts = new Intl.NumberFormat(region).formatToParts(PLAIN)
  return parts.find(({ type }) => type === 'decimal')?.value ?? '.'
}

/** An amount of the server's as the reader would write it. */
export function showAmount(amount: string): string {
  return amount.replace('.', decimalSign(locale()))
}

/** How an amount of the currency is written here. */
export function exampleAmount(currency: string): string {
  const digits = digitsOf(currency)
  return showAmount(digits === 0 ? String(PLAIN_WHOLE) : PLAIN.toFixed(digits))
}
