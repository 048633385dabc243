// What charts of several stories are made of.

export const NEAR_AND_FAR = [
  { key: 'near', label: 'Near', color: '#0d62cc' },
  { key: 'far', label: 'Far', color: '#b0561c' },
]

/** A section with a row of each price. */
export const TWO_ROWS = {
  label: 'Hall',
  rows: ['near', 'far'].map((category, at) => ({
    label: String(at + 1),
    category,
    at: [0, at * 90],
    count: 10,
    spacing: 52,
  })),
}
