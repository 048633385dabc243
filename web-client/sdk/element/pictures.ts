// The element's small pictures: icons, the marks of categories, and what seats look like.

import type { Chart } from '../chart.js'
import { categoryColor, categoryShape, shapeCorners, type Palette } from '../palette.js'
import type { Sign } from '../signs.js'

const SVG = 'http://www.w3.org/2000/svg'

function draw<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string>,
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}

function picture(viewBox: string, ...parts: SVGElement[]): SVGSVGElement {
  const svg = draw('svg', { viewBox, 'aria-hidden': 'true' })
  svg.append(...parts)
  return svg
}

/** Lines in the colour of the words around them, in a square of 18 units. */
export const icon = (d: string): SVGSVGElement => picture('0 0 18 18', draw('path', { d }))

/** A category's colour, and its shape where shapes are wanted; the same as on the map. */
export function categoryPicture(chart: Chart, category: number, palette: Palette): SVGSVGElement {
  const fill = categoryColor(chart, category, palette) ?? 'currentColor'
  const corners = shapeCorners(categoryShape(category, palette))
  const outline =
    corners.length === 0
      ? draw('circle', { r: '1', fill })
      : draw('polygon', { points: corners.join(' '), fill })
  return picture('-1.2 -1.2 2.4 2.4', outline)
}

export function signPicture({ square, fill, edge, mark }: Sign): SVGSVGElement {
  const seat = square
    ? draw('rect', { x: '2.5', y: '2.5', width: '15', height: '15', fill })
    : draw('circle', { cx: '10', cy: '10', r: edge ? '8.2' : '9', fill })
  if (edge) {
    seat.setAttribute('stroke', edge)
    seat.setAttribute('stroke-width', '1.6')
  }
  const parts: SVGElement[] = [seat]
  if (mark) {
    const { d, color, width } = mark
    parts.push(draw('path', {
      d,
      fill: 'none',
      stroke: color,
      'stroke-width': String(width),
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
    }))
  }
  return picture('0 0 20 20', ...parts)
}
