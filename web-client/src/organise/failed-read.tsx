// In place of what could not be read: that, and a button to try again.

import { Button } from '../components/button'
import { t } from '../i18n'

export function FailedRead({ retry }: { retry: () => void }) {
  return (
    <div className="flex flex-col items-start gap-4">
      <p role="status">{t('notice.failed.title')}</p>
      <Button onClick={retry}>{t('notice.retry')}</Button>
    </div>
  )
}
