// Which seats a visitor looks for: chosen categories, and none above a price.

import { compareMoney, type Chart, type Highlight } from '../../sdk/index'

export interface Filter {
  categories: ReadonlySet<number>
  /** A decimal string; null for any price. */
  maxPrice: string | null
}

export const NO_FILTER: Filter = { categories: new Set(), maxPrice: null }

export function toggled(filter: Filter, category: number): Filter {
  const categories = new Set(filter.categories)
  if (!categories.delete(category)) categories.add(category)
  return { ...filter, categories }
}

/** The categories that pass; null when all do. */
export function highlightOf(chart: Chart, { categories, maxPrice }: Filter): Highlight {
  if (categories.size === 0 && maxPrice === null) return null
  const passing = chart.categories.flatMap(({ price }, at) => {
    const chosen = categories.size === 0 || categories.has(at)
    return chosen && (maxPrice === null || compareMoney(price, maxPrice) <= 0) ? [at] : []
  })
  return new Set(passing)
}

/** The different prices of a chart, cheapest first. */
export function pricesOf(chart: Chart): string[] {
  const prices = [...chart.categories].map(({ price }) => price).sort(compareMoney)
  return prices.filter((price, at) => at === 0 || compareMoney(price, prices[at - 1]) !== 0)
}
