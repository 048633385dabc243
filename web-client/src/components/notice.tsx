// A page that has only one thing to say: nothing here, or it could not be loaded.

import { t } from '../i18n'
import { Link, takeFocus } from '../router'
import { Button } from './button'

interface Props {
  title: string
  text: string
  retry?: () => void
  home?: boolean
}

export function Notice({ title, text, retry, home = false }: Props) {
  return (
    <main className="grid min-h-dvh place-items-center px-6">
      <div className="max-w-sm text-center">
        <h1
          ref={takeFocus}
          tabIndex={-1}
          className="text-2xl font-semibold tracking-[-0.02em] outline-none"
        >
          {title}
        </h1>
        <p className="mt-2 text-soft">{text}</p>
        <div className="mt-6 flex justify-center gap-3">
          {retry && <Button onClick={retry}>{t('notice.retry')}</Button>}
          {home && (
            <Link
              href="/"
              className="inline-flex h-12 items-center rounded-full px-6 font-semibold ring-1
                ring-line ring-inset hover:bg-sunken"
            >
              {t('nav.allEvents')}
            </Link>
          )}
        </div>
      </div>
    </main>
  )
}
