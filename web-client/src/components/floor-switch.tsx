// Which storey of the house the map shows, where there are several.

import { useCallback, useSyncExternalStore } from 'react'
import type { SeatMapView } from '../../sdk/index'
import { t } from '../i18n'

export function FloorSwitch({ view }: { view: SeatMapView }) {
  const { floors } = view.store.chart
  const subscribe = useCallback((listener: () => void) => view.onMoved(listener), [view])
  const shown = useSyncExternalStore(subscribe, () => view.floor)
  if (floors.length < 2) return null
  return (
    <div
      role="group"
      aria-label={t('view.floors')}
      className="absolute top-17 left-4 flex max-w-[calc(100%-2rem)] overflow-x-auto rounded-full
        bg-surface p-1 text-[13px] font-semibold shadow-lift ring-1 ring-line"
    >
      {floors.map((floor, at) => (
        <button
          key={floor}
          type="button"
          aria-pressed={at === shown}
          onClick={() => view.setFloor(at)}
          className={`h-9 shrink-0 rounded-full px-4 transition-colors ${
            at === shown ? 'bg-ink text-paper' : 'text-ink hover:bg-sunken'
          }`}
        >
          {floor || '–'}
        </button>
      ))}
    </div>
  )
}
