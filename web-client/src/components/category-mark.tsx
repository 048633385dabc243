// A category's colour, and its shape where shapes are wanted; the same as on the map.

import { categoryColor, categoryShape, shapeCorners, type Chart } from '../../sdk/index'
import { useObservable } from '../hooks'
import { looks } from '../looks'

interface Props {
  chart: Chart
  category: number
  size?: number
}

export function CategoryMark({ chart, category, size = 14 }: Props) {
  const { palette } = useObservable(looks)
  const color = categoryColor(chart, category, palette)
  const corners = shapeCorners(categoryShape(category, palette))
  return (
    <svg
      width={size}
      height={size}
      viewBox="-1.2 -1.2 2.4 2.4"
      aria-hidden="true"
      className="shrink-0"
    >
      {corners.length === 0 ? (
        <circle r="1" fill={color} />
      ) : (
        <polygon points={corners.join(' ')} fill={color} />
      )}
    </svg>
  )
}
