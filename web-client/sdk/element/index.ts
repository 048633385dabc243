// Defines <seat-map> on whatever page loads this module.

import { SeatMapElement } from './seat-map-element.js'

export * from './events.js'
export * from './seat-map-element.js'
export { setWords, type ElementWords } from './words.js'

if (!customElements.get('seat-map')) customElements.define('seat-map', SeatMapElement)

declare global {
  interface HTMLElementTagNameMap {
    'seat-map': SeatMapElement
  }
}
