// Money as the server sends it, decimal strings, added without ever becoming a binary fraction.

/** Adds decimal strings exactly; the answer has as many digits as the most precise of them. */
export function addMoney(amounts: readonly string[]): string {
  const digits = Math.max(0, ...amounts.map(fractionDigits))
  const sum = amounts.reduce((total, amount) => total + scaled(amount, digits), 0n)
  return unscaled(sum, digits)
}

/** So many times an amount, exactly. */
export function timesMoney(amount: string, count: number): string {
  const digits = fractionDigits(amount)
  return unscaled(scaled(amount, digits) * BigInt(count), digits)
}

export function compareMoney(a: string, b: string): number {
  const digits = Math.max(fractionDigits(a), fractionDigits(b))
  const difference = scaled(a, digits) - scaled(b, digits)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** Making a form takes a hundred times as long as using it; a page needs one or two. */
const FORMS_MAX = 32

const forms = new Map<string, Intl.NumberFormat>()

/** Shows an amount in the reader's language; whole amounts drop their zeros. */
export function formatMoney(amount: string, currency: string, locale?: string): string {
  const whole = /^-?\d+(\.0+)?$/.test(amount)
  try {
    return formOf(currency, whole, locale).format(Number(amount))
  } catch {
    // A code the browser doesn't know is still readable as it is.
    return `${amount} ${currency}`
  }
}

function formOf(currency: string, whole: boolean, locale?: string): Intl.NumberFormat {
  const key = `${locale} ${currency} ${whole}`
  const known = forms.get(key)
  if (known) return known
  if (forms.size >= FORMS_MAX) forms.clear()
  const options: Intl.NumberFormatOptions = { style: 'currency', currency }
  if (whole) options.maximumFractionDigits = 0
  const form = new Intl.NumberFormat(locale, options)
  forms.set(key, form)
  return form
}

function fractionDigits(amount: string): number {
  const point = amount.indexOf('.')
  return point < 0 ? 0 : amount.length - point - 1
}

function scaled(amount: string, digits: number): bigint {
  const [whole, fraction = ''] = amount.split('.')
  return BigInt(whole + fraction.padEnd(digits, '0'))
}

function unscaled(value: bigint, digits: number): string {
  const sign = value < 0n ? '-' : ''
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, '0')
  if (digits === 0) return sign + text
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}
