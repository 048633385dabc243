// The house that both maps show: blocks of a few hundred seats, as stands have them, side by side.
// The same blocks, rows and gaps for both, so that the same number of seats is in view.

const PER_BLOCK = 500
const PER_ROW = 25
const BLOCKS_PER_LINE = 15

/** Room of a block beyond its seats, in seats. */
const AISLE = 3

/** The middles of neighbours are so far apart. */
const SEAT_CM = 52

const PRICES = { near: '120.00', middle: '80.00', far: '45.50' }

/** Where the blocks begin, in seats, and how many they have. */
export function blocksOf(seats) {
  return Array.from({ length: Math.ceil(seats / PER_BLOCK) }, (_, at) => ({
    label: `Block ${at + 1}`,
    first: at * PER_BLOCK,
    count: Math.min(PER_BLOCK, seats - at * PER_BLOCK),
    column: (at % BLOCKS_PER_LINE) * (PER_ROW + AISLE),
    line: Math.floor(at / BLOCKS_PER_LINE) * (PER_BLOCK / PER_ROW + AISLE),
    perRow: PER_ROW,
  }))
}

/** The house as a chart of the own format. */
export function chartOf(seats) {
  const blocks = blocksOf(seats)
  const keys = Object.keys(PRICES)
  return {
    format: 'seatmap.chart.v1',
    name: `A house of ${seats} seats`,
    categories: keys.map((key, at) => {
      return { key, label: key, color: ['#0d62cc', '#b0561c', '#2b7a4b'][at] }
    }),
    sections: blocks.map(({ label, count, column, line }, at) => ({
      label,
      category: keys[Math.floor((at / blocks.length) * keys.length)],
      rows: Array.from({ length: Math.ceil(count / PER_ROW) }, (_, row) => ({
        label: String(row + 1),
        at: [column * SEAT_CM, (line + row) * SEAT_CM],
        count: Math.min(PER_ROW, count - row * PER_ROW),
        spacing: SEAT_CM,
      })),
    })),
  }
}

/** What an event in such a chart is made of; fewer seats have fewer categories. */
export const eventIn = (chart, { categories }) => ({
  total_tickets: undefined,
  price: undefined,
  chart_id: chart,
  prices: Object.fromEntries(categories.map(({ key }) => [key, PRICES[key]])),
})
