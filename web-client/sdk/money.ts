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
  try {
    return formOf(currency, isWhole(amount), locale).format(Number(amount))
  } catch {
    // A code the browser doesn't know is still readable as it is.
    return `${amount} ${currency}`
  }
}

/** From the lowest to the highest, in the reader's language and as short as it goes: "€89–115". */
export function formatMoneyRange(
  low: string,
  high: string,
  currency: string,
  locale?: string,
): string {
  if (compareMoney(low, high) === 0) return formatMoney(low, currency, locale)
  try {
    const form = formOf(currency, isWhole(low) && isWhole(high), locale)
    const parts = form.formatRangeToParts(Number(low), Number(high))
    // Some languages name the currency at both ends, and put spaces around the dash.
    const twice = parts.filter(({ type }) => type === 'currency').length > 1
    const said = parts.filter(
      ({ type, source }) =>
        !twice || source !== 'endRange' || (type !== 'currency' && type !== 'literal'),
    )
    const close = twice ? (value: string) => value.trim() : (value: string) => value
    return said.map(({ source, value }) => (source === 'shared' ? close(value) : value)).join('')
  } catch {
    return `${low}–${high} ${currency}`
  }
}

const isWhole = (amount: string): boolean => /^-?\d+(\.0+)?$/.test(amount)

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
