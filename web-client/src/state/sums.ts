// What is left and from which price: of a section, or of the whole house, as far as the chosen
// categories go.

import { compareMoney, NONE, Status, type Highlight, type SeatStore } from '../../sdk/index'

export interface Sum {
  left: number
  seats: number
  /** The lowest price there still is; null when nothing is left. */
  from: string | null
}

/** Each section's sum over the chosen categories. */
export function sectionSums(store: SeatStore, highlight: Highlight): Sum[] {
  const { sections } = store.chart
  if (highlight !== null) return countSections(store, highlight)
  return sections.map(({ seats }, at) => ({
    left: store.sectionCountOf(at, Status.available),
    seats,
    from: store.cheapestOf(at),
  }))
}

/** The store counts sections for all categories together only; chosen ones are counted here. */
function countSections({ chart, statuses }: SeatStore, chosen: ReadonlySet<number>): Sum[] {
  const { categories, category, section, sections } = chart
  const byPrice = categories.map((_, at) => at)
  byPrice.sort((a, b) => compareMoney(categories[a].price, categories[b].price))
  const rankOf = byPrice.map((_, at) => byPrice.indexOf(at))
  const left = sections.map(() => 0)
  const cheapest = sections.map(() => NONE)
  for (let seat = 0; seat < chart.seats; seat += 1) {
    const at = section[seat]
    if (statuses[seat] !== Status.available || at === NONE || !chosen.has(category[seat])) continue
    left[at] += 1
    cheapest[at] = Math.min(cheapest[at], rankOf[category[seat]])
  }
  return sections.map(({ seatsOf }, at) => ({
    left: left[at],
    seats: [...chosen].reduce((sum, one) => sum + seatsOf[one], 0),
    from: categories[byPrice[cheapest[at]]]?.price ?? null,
  }))
}

/** The sum over the house, places of areas included. */
export function houseSum(store: SeatStore, highlight: Highlight): Sum {
  const sum: Sum = { left: 0, seats: 0, from: null }
  store.chart.categories.forEach(({ price }, at) => {
    if (highlight !== null && !highlight.has(at)) return
    const left = store.countOf(at, Status.available)
    for (const status of Object.values(Status)) sum.seats += store.countOf(at, status)
    sum.left += left
    if (left === 0) return
    if (sum.from === null || compareMoney(price, sum.from) < 0) sum.from = price
  })
  return sum
}
