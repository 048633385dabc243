// What a page hands to the map, and what it hears from it.

import type { MapLook } from './theme.js'

export interface SeatHover {
  seat: number
  x: number
  y: number
  radius: number
  /** How wide the host is: what is shown beside the seat must stay within. */
  room: number
  /** Free seats that choosing this one would leave alone, and what to take instead. */
  orphans: readonly number[]
  alternative: readonly number[]
  /** How many seats the keyboard has come along with Shift, to be chosen together; 0 for none. */
  range: number
  /** Something speaks against it, as a finger that tapped it was told: the next tap takes it. */
  again: boolean
}

/** A section pointed at from afar, and where it is in the host. */
export interface SectionHover {
  section: number
  /** Its middle. */
  x: number
  top: number
  bottom: number
  /** How large the host is: what is shown beside the section must stay within. */
  room: { width: number; height: number }
}

export interface SeatMapHandlers {
  /** A seat was chosen, by tap or by key. */
  seat(seat: number): void
  area(area: number): void
  /**
   * The seat pointed at, or tapped with a finger a moment ago, and its place in the host; told
   * again when that changes. Null when there is none.
   */
  hover(hover: SeatHover | null): void
  /** A tap on this section brings it closer. */
  enter?(section: number): void
  /** A cooperative map left a drag or a turn of the wheel to the page. */
  withheld?(by: 'touch' | 'wheel'): void
  /** The section pointed at while seats are too small to be; null when there is none. */
  section?(hover: SectionHover | null): void
  /** Seats were drawn around, with Shift held or by the tool in use, or come along by keys. */
  select?(seats: number[]): void
}

export interface SeatMapOptions extends MapLook {
  handlers: SeatMapHandlers
  /**
   * Leaves one finger and the plain wheel to the page around the map: it moves by two fingers, and
   * zooms by the wheel with Ctrl or Command.
   */
  cooperative?: boolean
  /**
   * Tells before a finger takes what it may not want: the first tap on a seat with a restricted
   * view, or on one that would leave others alone, only points at it, and the next chooses it.
   */
  careful?: boolean
}
