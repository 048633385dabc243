// Defines <seat-map> on whatever page loads this module.

import { SeatMapElement } from './seat-map-element'

export * from './events'
export * from './seat-map-element'
export { setWords, type ElementWords } from './words'

if (!customElements.get('seat-map')) customElements.define('seat-map', SeatMapElement)

declare global {
  interface HTMLElementTagNameMap {
    'seat-map': SeatMapElement
  }
}
