// An event and its chart for pages that need no live map: loaded once, or said why not.

import { useCallback, useEffect, useState, type ReactNode } from 'react'
import { Chart, Problem, type SeatmapEvent } from '../../sdk/index'
import { rest as client } from '../client'
import { Notice } from '../components/notice'
import { formatWhen } from '../format'
import { t } from '../i18n'
import type { EventPageName } from './event-nav'
import { Frame } from './frame'

export interface House {
  event: SeatmapEvent
  chart: Chart
}

interface Props {
  id: number
  page: EventPageName
  title: string
  wide?: boolean
  /** The page is as high as the window. */
  fill?: boolean
  /** Where the way back leads; to all events unless given. */
  back?: { href: string; label: string }
  children(house: House): ReactNode
}

/** Which event a page is about. */
export const aboutEvent = ({ name, start_time: start }: SeatmapEvent): string =>
  `${name} · ${formatWhen(start)}`

/** A page about one event, with its name above and its other pages beside it. */
export function HousePage({ id, page, title, back, children, ...rest }: Props) {
  const [house, setHouse] = useState<House | 'missing' | 'failed' | null>(null)
  const load = useCallback(async () => {
    try {
      const event = await client.event(id)
      setHouse({ event, chart: new Chart(await client.seatmap(id, event.layout)) })
    } catch (problem) {
      const missing = problem instanceof Problem && problem.status === 404
      setHouse(missing ? 'missing' : 'failed')
    }
  }, [id])
  useEffect(() => {
    const first = setTimeout(() => void load(), 0)
    return () => clearTimeout(first)
  }, [load])
  if (house === 'missing') {
    return <Notice title={t('notice.noEvent.title')} text={t('notice.noEvent.text')} home />
  }
  if (house === 'failed') {
    const words = { title: t('notice.failed.title'), text: t('notice.failed.text') }
    return <Notice {...words} retry={() => void load()} home />
  }
  const look = {
    ...rest,
    title,
    back: back ?? { href: '/organise', label: t('organise.title') },
    above: house ? aboutEvent(house.event) : ' ',
    part: { event: id, page },
  }
  return (
    <Frame {...look}>
      {house ? children(house) : <p className="text-soft">{t('events.loading')}</p>}
    </Frame>
  )
}
