// What the marks on the seats mean. Marks, not only colours: not everyone sees colours alike.

import { categoryColor, Flag, type Chart, type MapTheme, type Palette } from '../../sdk/index'
import { mix } from '../../sdk/renderer/theme'
import { useMapColors } from '../hooks'
import { t } from '../i18n'

export function MarkKey({ chart }: { chart: Chart }) {
  const { theme, palette } = useMapColors()
  const marks = [
    {
      label: t('marks.yours'),
      fill: theme.own,
      mark: theme.ownMark,
      d: 'M5.8 10.2l2.8 2.8 5.6-6',
    },
    {
      label: t('marks.held'),
      fill: theme.locked,
      mark: theme.mark,
      d: 'M10 10h.01',
      width: 5,
    },
    {
      label: t('marks.reserved'),
      fill: theme.reserved,
      mark: theme.mark,
      d: 'M6.4 10h7.2',
      width: 2.4,
    },
    {
      label: t('marks.sold'),
      fill: theme.sold,
      mark: theme.soldMark,
      d: 'M7.4 7.4l5.2 5.2m0-5.2l-5.2 5.2',
    },
    {
      label: t('status.blocked'),
      fill: theme.blocked,
      mark: theme.floor,
      d: 'M10 10h.01',
      width: 13,
    },
  ]
  return (
    <ul
      aria-label={t('marks.label')}
      className="mt-5 flex flex-wrap gap-x-4 gap-y-2 text-[13px] text-soft"
    >
      {marks.map(({ label, fill, mark, d, width = 1.8 }) => (
        <li key={label} className="flex items-center gap-1.5">
          <svg width="18" height="18" viewBox="0 0 20 20" aria-hidden="true">
            <circle cx="10" cy="10" r="9" fill={fill} />
            <path
              d={d}
              fill="none"
              stroke={mark}
              strokeWidth={width}
              strokeLinecap="round"
              strokeLinejoin="round"
            />
          </svg>
          {label}
        </li>
      ))}
      <Shapes chart={chart} theme={theme} palette={palette} />
    </ul>
  )
}

interface ShapesProps {
  chart: Chart
  theme: MapTheme
  palette: Palette
}

/** What is no status but looks otherwise: only what this chart has. */
function Shapes({ chart, theme, palette }: ShapesProps) {
  const wheelchair = chart.flags.findIndex((flags) => (flags & Flag.wheelchair) !== 0)
  const table = chart.tables.find(({ whole }) => whole)
  const colorOf = (category: number) => categoryColor(chart, category, palette) ?? theme.locked
  const tableColor = table && colorOf(table.category)
  const square = { x: 2.5, y: 2.5, width: 15, height: 15 }
  return (
    <>
      {wheelchair >= 0 && (
        <li className="flex items-center gap-1.5">
          <svg width="18" height="18" viewBox="0 0 20 20" aria-hidden="true">
            <rect {...square} fill={colorOf(chart.category[wheelchair])} />
          </svg>
          {t('flag.wheelchair')}
        </li>
      )}
      {tableColor && (
        <li className="flex items-center gap-1.5">
          <svg width="18" height="18" viewBox="0 0 20 20" aria-hidden="true">
            <circle
              cx="10"
              cy="10"
              r="8.2"
              fill={mix(theme.floor, tableColor, 0.16)}
              stroke={tableColor}
              strokeWidth="1.6"
            />
          </svg>
          {t('marks.table')}
        </li>
      )}
    </>
  )
}
