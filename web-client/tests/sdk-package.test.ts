// The package as others get it: packed, unpacked into a project of nothing else, where what its
// README shows is compiled the two ways that projects resolve modules, and loaded by Node.

import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const CLIENT = join(import.meta.dirname, '..')
const BIN = join(CLIENT, 'node_modules/.bin')

/** Builds, packs and compiles, on a machine that is busy. */
const WAIT_MS = 240_000

const folder = mkdtempSync(join(tmpdir(), 'seatmap-sdk-'))
const [stage, project] = [join(folder, 'sdk'), join(folder, 'project')]

function run(command: string, args: string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`)
  }
}

/** The README's blocks of a language, in order. */
function blocks(language: string): string[] {
  const text = readFileSync(join(CLIENT, 'sdk/README.md'), 'utf8')
  return [...text.matchAll(/```(\w+)\n([^]*?)```/g)]
    .filter(([, name]) => name === language)
    .map(([, , code]) => code)
}

beforeAll(() => {
  mkdirSync(stage)
  for (const file of ['package.json', 'README.md', 'LICENSE']) {
    cpSync(join(CLIENT, 'sdk', file), join(stage, file))
  }
  const dist = join(stage, 'dist')
  const build = ['build', '--config', 'vite.sdk.config.ts', '--outDir', dist, '--logLevel', 'error']
  run(join(BIN, 'vite'), build, CLIENT)
  run(join(BIN, 'tsc'), ['-p', 'tsconfig.sdk.json', '--outDir', join(dist, 'types')], CLIENT)
  const modules = join(project, 'node_modules')
  mkdirSync(join(modules, '@seatmap/sdk'), { recursive: true })
  mkdirSync(join(modules, '@types'))
  for (const name of ['react', '@types/react']) {
    symlinkSync(join(CLIENT, 'node_modules', name), join(modules, name))
  }
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json'], stage)) as { filename: string }[]
  const unpack = ['-xzf', filename, '-C', join(modules, '@seatmap/sdk'), '--strip-components=1']
  run('tar', unpack, stage)
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  blocks('ts').forEach((code, at) => writeFileSync(join(project, `block-${at}.ts`), code))
  blocks('tsx').forEach((code, at) => writeFileSync(join(project, `react-${at}.tsx`), code))
}, WAIT_MS)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function compile(options: object): string {
  const compilerOptions = {
    ...{ strict: true, noEmit: true, target: 'es2022', lib: ['es2023', 'dom', 'dom.iterable'] },
    ...{ jsx: 'react-jsx', types: [], skipLibCheck: false, ...options },
  }
  const include = ['*.ts', '*.tsx']
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include }))
  return run(join(BIN, 'tsc'), ['-p', '.'], project)
}

describe('the package', () => {
  test('is shown in use by its README', () => {
    expect(blocks('ts').length).toBeGreaterThan(3)
    expect(blocks('tsx')).toHaveLength(1)
  })

  test.each([
    ['of Node', { module: 'nodenext' }],
    ['of bundlers', { module: 'esnext', moduleResolution: 'bundler' }],
  ])('compiles as its README shows it, with the resolution %s', (_, options) => {
    expect(compile(options)).toBe('')
  }, WAIT_MS)

  test('knows what its events carry', () => {
    const wrong = join(project, 'block-wrong.ts')
    writeFileSync(wrong, `import '@seatmap/sdk/element'
document.querySelector('seat-map')?.addEventListener('seatselect', (e) => e.detail.colour)\n`)
    expect(() => compile({ module: 'nodenext' })).toThrow(/'colour' does not exist/)
    rmSync(wrong)
  }, WAIT_MS)

  test('can be imported where there is no browser', () => {
    const code = `for (const name of ['', '/element', '/react']) {
      const found = await import('@seatmap/sdk' + name)
      console.log(Object.keys(found).length > 0)
    }`
    const said = run('node', ['--input-type=module', '-e', code], project)
    expect(said).toBe('true\ntrue\ntrue\n')
  })

  test('brings its licence, and no React', () => {
    const packed = (name: string) =>
      readFileSync(join(project, 'node_modules/@seatmap/sdk', name), 'utf8')
    expect(packed('LICENSE')).toBe(readFileSync(join(CLIENT, '../LICENSE'), 'utf8'))
    expect(packed('dist/react.js')).not.toContain('createElement(')
  })
})
