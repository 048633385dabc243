// <seat-map> in JSX: its attributes, and its events as properties, as React 19 hands them over.

import type { DetailedHTMLProps, HTMLAttributes } from 'react'
import type { SeatMapElement, SeatMapEvents } from './element/index.js'
import './element/index.js'

export * from './element/index.js'

type Listeners = {
  [Name in keyof SeatMapEvents as `on${Name}`]?: (event: CustomEvent<SeatMapEvents[Name]>) => void
}

export interface SeatMapAttributes extends Listeners {
  event: number | string
  server?: string
  theme?: 'light' | 'dark'
  palette?: 'safe'
  lang?: string
  controls?: boolean
  legend?: boolean | 'top'
  list?: boolean | 'open'
  gestures?: 'cooperative'
  token?: SeatMapElement['token']
}

export type SeatMapNative = DetailedHTMLProps<HTMLAttributes<SeatMapElement>, SeatMapElement>

declare module 'react' {
  // JSX takes its elements from here.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace JSX {
    interface IntrinsicElements {
      'seat-map': SeatMapAttributes & SeatMapNative
    }
  }
}
