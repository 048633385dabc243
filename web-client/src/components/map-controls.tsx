// Zoom buttons of the map, for those without wheel, pinch or keyboard.

import type { SeatMapView } from '../../sdk/index'
import { t } from '../i18n'
import { Icon, type IconName } from './icon'

const ZOOM_STEP = 1.7

interface Props {
  view: SeatMapView | null
  /** Side by side instead of one above the other. */
  row?: boolean
}

export function MapControls({ view, row = false }: Props) {
  return (
    <div
      role="group"
      aria-label={t('map.controls')}
      className={`flex overflow-hidden rounded-2xl bg-surface shadow-lift ring-1 ring-line ${
        row ? 'divide-x' : 'flex-col divide-y'
      } divide-line`}
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
      className="grid size-11 place-items-center text-ink transition-colors
        hover:bg-sunken focus-visible:-outline-offset-4"
    >
      <Icon name={icon} size={18} />
    </button>
  )
}
