// What the marks on the seats mean. Marks, not only colours: not everyone sees colours alike.

import { signsOf, type Chart, type Sign, type SignName } from '../../sdk/index'
import { useMapColors } from '../hooks'
import { t, type MessageKey } from '../i18n'

const WORDS: Record<SignName, MessageKey> = {
  yours: 'marks.yours',
  held: 'marks.held',
  reserved: 'marks.reserved',
  sold: 'marks.sold',
  blocked: 'status.blocked',
  wheelchair: 'flag.wheelchair',
  table: 'marks.table',
}

export function MarkKey({ chart }: { chart: Chart }) {
  const { theme, palette } = useMapColors()
  return (
    <ul
      aria-label={t('marks.label')}
      className="mt-5 flex flex-wrap gap-x-4 gap-y-2 text-[13px] text-soft"
    >
      {signsOf(chart, theme, palette).map((sign) => (
        <li key={sign.name} className="flex items-center gap-1.5">
          <Picture {...sign} />
          {t(WORDS[sign.name])}
        </li>
      ))}
    </ul>
  )
}

function Picture({ square, fill, edge, mark }: Sign) {
  return (
    <svg width="18" height="18" viewBox="0 0 20 20" aria-hidden="true">
      {square ? (
        <rect x="2.5" y="2.5" width="15" height="15" fill={fill} />
      ) : (
        <circle cx="10" cy="10" r={edge ? 8.2 : 9} fill={fill} stroke={edge} strokeWidth="1.6" />
      )}
      {mark && (
        <path
          d={mark.d}
          fill="none"
          stroke={mark.color}
          strokeWidth={mark.width}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      )}
    </svg>
  )
}
