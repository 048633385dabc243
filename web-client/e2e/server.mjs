// A server of the stories' own: demo data, a free port, a folder that goes when they are over. It
// can be stopped and started again on the same port, as a deployment would.

import { spawn } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Locks of the demo's events last this long; events made by stories say their own. */
const LOCK_SECONDS = 60

/** The last words of a server that never served. */
const LOG_SHOWN = 4000

/** How long a token of a story is good for. */
const TOKEN_SECONDS = 3600

const ARGUMENTS = ['--log-format', 'json', '--seat-lock-seconds', String(LOCK_SECONDS)]

export class Server {
  url = ''
  #binary
  #secret = randomBytes(32).toString('hex')
  #folder = mkdtempSync(join(tmpdir(), 'seatmap-e2e-'))
  #child = null
  #command
  #settings

  constructor(binary, { command = 'demo', ...settings } = {}) {
    this.#binary = binary
    this.#command = command
    this.#settings = settings
    // The embedded database may run as another user, who must be able to pass.
    chmodSync(this.#folder, 0o755)
  }

  async start() {
    const port = this.url ? new URL(this.url).port : '0'
    const data = join(this.#folder, 'data')
    const command = [this.#command, '--port', port, '--seatmap-data-dir', data, ...ARGUMENTS]
    // Everybody comes from one address.
    const own = { RATE_LIMIT_RPS: '0', JWT_SECRET: this.#secret, ...this.#settings }
    const env = { ...process.env, ...own }
    const child = spawn(this.#binary, command, { env, stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child = child
    let log = ''
    this.url = await new Promise((found, failed) => {
      child.stderr.on('data', (part) => {
        log = (log + part).slice(-LOG_SHOWN * 4)
        const match = /"url":"(http:[^"]*)"/.exec(log)
        if (match) found(match[1])
      })
      child.on('exit', () => failed(new Error(`the server ended:\n${log.slice(-LOG_SHOWN)}`)))
    })
  }

  /** Another server of the same program, with other settings. */
  another(settings) {
    return new Server(this.#binary, settings)
  }

  /** A token that this server takes for one of its own: HS256 by its secret. */
  token(role) {
    const exp = Math.floor(Date.now() / 1000) + TOKEN_SECONDS
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const head = part({ alg: 'HS256', typ: 'JWT' })
    const body = `${head}.${part({ sub: `story-${role}`, role, exp })}`
    return `${body}.${createHmac('sha256', this.#secret).update(body).digest('base64url')}`
  }

  async stop() {
    const child = this.#child
    this.#child = null
    if (!child || child.exitCode !== null) return
    const ended = new Promise((done) => child.once('exit', done))
    child.kill('SIGTERM')
    await ended
  }

  async destroy() {
    await this.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
