// The organiser's pages by their paths. Loaded only by those who come here.

import { Notice } from '../components/notice'
import { t } from '../i18n'
import { DeskPage } from './desk-page'
import { NewEventPage } from './new-event-page'
import { OverviewPage } from './overview-page'

export default function Organise({ path }: { path: string }) {
  if (/^\/organise\/?$/.test(path)) return <OverviewPage />
  if (path === '/organise/new') return <NewEventPage />
  const desk = /^\/organise\/events\/(\d+)\/?$/.exec(path)
  if (desk) return <DeskPage key={desk[1]} id={Number(desk[1])} />
  return <Notice title={t('notice.nothing.title')} text={t('notice.nothing.text')} home />
}
