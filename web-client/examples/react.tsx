// The element in React: an attribute names the event, listeners carry the seats. React knows custom
// elements; all it needs is the module that defines this one.

import { useEffect, useRef, useState, type DetailedHTMLProps, type HTMLAttributes } from 'react'
import { createRoot } from 'react-dom/client'
import type { SeatMapElement, SeatMapEvents } from '../sdk/element'
import '../sdk/element'

type MapAttributes = DetailedHTMLProps<HTMLAttributes<SeatMapElement>, SeatMapElement>

declare module 'react' {
  // JSX takes its elements from here.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace JSX {
    interface IntrinsicElements {
      'seat-map': MapAttributes & { event: number; server?: string; theme?: 'light' | 'dark' }
    }
  }
}

function Page({ event }: { event: number }) {
  const map = useRef<SeatMapElement>(null)
  const [seats, setSeats] = useState<string[]>([])
  useEffect(() => {
    const element = map.current
    if (!element) return
    const ending = new AbortController()
    const on = (name: keyof SeatMapEvents) =>
      element.addEventListener(name, () => setSeats(element.selected), { signal: ending.signal })
    on('seatselect')
    on('seatdeselect')
    on('holdexpired')
    on('seatbooked')
    return () => ending.abort()
  }, [])
  return (
    <main style={{ maxWidth: 960, margin: 'auto', padding: 24, fontFamily: 'system-ui' }}>
      <h1>Choose your seats</h1>
      <seat-map ref={map} event={event} theme="light" style={{ height: '60vh' }} />
      <h2>Your seats</h2>
      <ul>
        {seats.map((seatNo) => (
          <li key={seatNo} data-seat={seatNo}>
            {seatNo}
          </li>
        ))}
      </ul>
    </main>
  )
}

const root = document.getElementById('root')
if (!root) throw new Error('the page has no #root')
const event = Number(new URLSearchParams(window.location.search).get('event') ?? 1)
createRoot(root).render(<Page event={event} />)
