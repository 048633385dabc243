// Colours and shapes of categories. The safe palette is that of Okabe and Ito, told apart by every
// kind of colour vision, and adds a shape to each, for those who see no colours at all.

import type { Chart } from './chart.js'

/** The chart's own colours on round seats, or colours and shapes anyone can tell apart. */
export type Palette = 'chart' | 'safe'

const SAFE = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442']

/** Outlines of seats, and the place of each in the sprites. */
export const SeatShape = { round: 0, square: 1, diamond: 2, hexagon: 3, triangle: 4 } as const

export type SeatShape = (typeof SeatShape)[keyof typeof SeatShape]

export const SHAPES = 5

/** Square is left out: it marks wheelchair spaces, whatever they cost. */
const SHAPE_OF = [SeatShape.round, SeatShape.diamond, SeatShape.hexagon, SeatShape.triangle]

export function categoryColor(
  chart: Chart,
  category: number,
  palette: Palette,
): string | undefined {
  if (palette === 'safe') return SAFE[category % SAFE.length]
  return chart.categories[category]?.color
}

export function categoryShape(category: number, palette: Palette): SeatShape {
  return palette === 'safe' ? SHAPE_OF[category % SHAPE_OF.length] : SeatShape.round
}

/** The corners of a shape around the origin, for a circle's radius of 1; none for the circle. */
export function shapeCorners(shape: SeatShape): [number, number][] {
  switch (shape) {
    case SeatShape.square:
      return [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]]
    case SeatShape.diamond:
      return [[0, -1.08], [1.08, 0], [0, 1.08], [-1.08, 0]]
    case SeatShape.hexagon:
      return [0, 1, 2, 3, 4, 5].map((at) => [
        Math.cos((at * Math.PI) / 3) * 1.02,
        Math.sin((at * Math.PI) / 3) * 1.02,
      ])
    case SeatShape.triangle:
      return [[0, -1.08], [1.05, 0.85], [-1.05, 0.85]]
    default:
      return []
  }
}
