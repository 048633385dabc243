// The class the element is made of: HTMLElement, whose listeners know the element's own events.

import type { SeatMapEvents } from './events.js'

type Listener<This, Given> = (this: This, event: Given) => unknown

export interface TypedElement extends HTMLElement {
  addEventListener<Name extends keyof SeatMapEvents>(
    name: Name,
    listener: Listener<this, CustomEvent<SeatMapEvents[Name]>>,
    options?: boolean | AddEventListenerOptions,
  ): void
  addEventListener<Name extends keyof HTMLElementEventMap>(
    name: Name,
    listener: Listener<this, HTMLElementEventMap[Name]>,
    options?: boolean | AddEventListenerOptions,
  ): void
  addEventListener(
    name: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void
  removeEventListener<Name extends keyof SeatMapEvents>(
    name: Name,
    listener: Listener<this, CustomEvent<SeatMapEvents[Name]>>,
    options?: boolean | EventListenerOptions,
  ): void
  removeEventListener<Name extends keyof HTMLElementEventMap>(
    name: Name,
    listener: Listener<this, HTMLElementEventMap[Name]>,
    options?: boolean | EventListenerOptions,
  ): void
  removeEventListener(
    name: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void
}

/** Pages put together on a server import the element there too, where there is no HTMLElement. */
export const Base = (globalThis.HTMLElement ?? Object) as unknown as {
  new (): TypedElement
  prototype: TypedElement
}
