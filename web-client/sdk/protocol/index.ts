// The live protocol: messages, their two wire forms, and nothing that touches a network.

export * from './binary.js'
export * from './frame.js'
export * from './json.js'
export * from './messages.js'
export * from './status.js'
