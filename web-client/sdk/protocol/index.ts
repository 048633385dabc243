// The live protocol: messages, their two wire forms, and nothing that touches a network.

export * from './binary'
export * from './frame'
export * from './json'
export * from './messages'
export * from './status'
