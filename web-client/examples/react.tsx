// The element in React: an attribute names the event, properties listen for the seats. React knows
// custom elements; the module brings this one, with its types.

import { useRef, useState } from 'react'
import { createRoot } from 'react-dom/client'
import type { SeatMapElement } from '../sdk/react'
import '../sdk/react'

function Page({ event }: { event: number }) {
  const map = useRef<SeatMapElement>(null)
  const [seats, setSeats] = useState<string[]>([])
  const look = () => setSeats(map.current?.selected ?? [])
  return (
    <main style={{ maxWidth: 960, margin: 'auto', padding: 24, fontFamily: 'system-ui' }}>
      <h1>Choose your seats</h1>
      <seat-map
        ref={map}
        event={event}
        theme="light"
        controls
        legend
        list
        onseatselect={look}
        onseatdeselect={look}
        onholdexpired={look}
        onseatbooked={look}
        style={{ display: 'block', height: '60vh', border: '1px solid #d8dde6', borderRadius: 16 }}
      />
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
