// What a seat can be to everybody, and to the visitor: the numbers of the store.

export const AVAILABLE = 0
export const LOCKED = 1
export const RESERVED = 2
export const SOLD = 3
export const BLOCKED = 4

export const NONE = 0
export const HELD = 2
export const BOOKED = 3
