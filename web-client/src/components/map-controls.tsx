// Zoom buttons of the map, for those without wheel, pinch or keyboard.

import type { SeatMapView } from '../../sdk/index'
import { t } from '../i18n'
import { Icon, type IconName } from './icon'

const ZOOM_STEP = 1.7

export function MapControls({ view }: { view: SeatMapView | null }) {
  return (
    <div
      role="group"
      aria-label={t('map.controls')}
      className="flex flex-col overflow-hidden rounded-2xl bg-surface shadow-lift ring-1 ring-line"
    >
      <Control icon="plus" label={t('map.zoomIn')} onClick={() => view?.zoomBy(ZOOM_STEP)} />
      <Control icon="minus" label={t('map.zoomOut')} onClick={() => view?.zoomBy(1 / ZOOM_STEP)} />
      <Control icon="fit" label={t('map.whole')} onClick={() => view?.fit()} />
    </div>
  )
}

interface ControlProps {
  icon: IconName
  label: string
  onClick(): void
}

function Control({ icon, label, onClick }: ControlProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className="grid size-11 place-items-center text-ink transition-colors not-first:border-t
        not-first:border-line hover:bg-sunken focus-visible:-outline-offset-4"
    >
      <Icon name={icon} size={18} />
    </button>
  )
}
