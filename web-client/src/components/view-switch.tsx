// Map or list: the same seats, drawn or written.

import { useObservable } from '../hooks'
import { t } from '../i18n'
import { looks, setLooks } from '../looks'

export function ViewSwitch() {
  const { view } = useObservable(looks)
  return (
    <div
      role="group"
      aria-label={t('view.label')}
      className="flex rounded-full bg-surface p-1 text-[13px] font-semibold shadow-lift ring-1
        ring-line"
    >
      {(['map', 'list'] as const).map((choice) => (
        <button
          key={choice}
          type="button"
          aria-pressed={view === choice}
          onClick={() => setLooks({ view: choice })}
          className={`h-9 rounded-full px-4 transition-colors ${
            view === choice ? 'bg-ink text-paper' : 'text-ink hover:bg-sunken'
          }`}
        >
          {t(`view.${choice}`)}
        </button>
      ))}
    </div>
  )
}
