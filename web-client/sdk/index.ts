// The Seatmap SDK: protocol, live connection, REST, seat store and renderer, for any page.

export * from './api-types'
export * from './chart'
export * from './live'
export * from './money'
export * from './palette'
export * from './problem'
export * from './protocol'
export * from './renderer/mini-map'
export * from './renderer/seat-map-view'
export * from './renderer/theme'
export * from './rest'
export * from './seat-store'
