// Defines <seat-map> on whatever page loads this module.

import { SeatMapElement } from './seat-map-element.js'

export * from './events.js'
export * from './seat-map-element.js'
export type { TypedElement } from './typed-element.js'
export {
  setWords,
  type ElementWords,
  type FlagName,
  type GivenWords,
  type ReasonName,
} from './words.js'

// On a server that puts pages together there are no elements to be defined.
if (globalThis.customElements && !customElements.get('seat-map')) {
  customElements.define('seat-map', SeatMapElement)
}

declare global {
  interface HTMLElementTagNameMap {
    'seat-map': SeatMapElement
  }
}
