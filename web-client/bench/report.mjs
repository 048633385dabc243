// What was measured: a table on the screen and in a file, and every figure as JSON beside it.

import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'

const FOLDER = new URL('./results/', import.meta.url)

/** What is aimed at, at 100,000 seats; a figure above is told, and nothing fails. */
const GOALS = [
  ['first overview, script and layout', 1_000, ({ first }) => first.script + first.layout],
  ['script per frame, panning', 4, ({ panning }) => panning.script],
  ['script per frame, zooming', 4, ({ zooming }) => zooming.script],
  ['script for 5,000 changes', 10, ({ changes }) => changes.script],
]

const COLUMNS = [
  ['map', ({ name }) => name],
  ['seats', ({ seats }) => seats.toLocaleString('en')],
  ['navigation to overview', ({ passed }) => ms(passed)],
  ['of it script + layout', ({ first }) => ms(first.script + first.layout)],
  ['pan: script/frame', ({ panning }) => ms(panning.script)],
  ['layout/frame', ({ panning }) => ms(panning.layout)],
  ['frames/s', ({ panning }) => panning.fps.toFixed(0)],
  ['zoom: script/frame', ({ zooming }) => ms(zooming.script)],
  ['layout/frame', ({ zooming }) => ms(zooming.layout)],
  ['frames/s', ({ zooming }) => zooming.fps.toFixed(0)],
  ['5,000 changes', ({ changes }) => (changes ? ms(changes.script) : '–')],
  ['memory', ({ memory }) => `${memory.toFixed(0)} MB`],
]

const ms = (value) => `${value.toFixed(value < 100 ? 1 : 0)} ms`

/** The table, the goals, and how many times as much the other costs at the same size. */
export function report(ours, others, refused, version) {
  const all = [...ours, ...others]
  const rows = all.map((found) => COLUMNS.map(([, cell]) => cell(found)))
  const lines = [
    `# The map in Chromium ${version}`,
    '',
    `${cpus().length} × ${cpus()[0].model}, headless, without a graphics card.`,
    'Script and layout as Chromium counts them; each figure is the median of its rounds.',
    '',
    ...table(COLUMNS.map(([head]) => head), rows),
    '',
    ...goals(ours.at(-1)),
    '',
    ...ratios(ours, others),
    ...(refused ? ['', refused] : []),
  ]
  return lines.join('\n')
}

function goals(largest) {
  const rows = GOALS.map(([what, goal, of]) => {
    const value = of(largest)
    return [what, `${goal} ms`, ms(value), value <= goal ? 'met' : 'missed']
  })
  return table(['goal', 'at most', `at ${largest.seats.toLocaleString('en')} seats`, ''], rows)
}

function ratios(ours, others) {
  const work = ({ script, layout }) => script + layout
  const rows = others.map((other) => {
    const mine = ours.find(({ seats }) => seats === other.seats)
    const times = (of) => `${(of(other) / of(mine)).toFixed(1)} ×`
    return [
      other.name,
      other.seats.toLocaleString('en'),
      times(({ first }) => work(first)),
      times(({ panning }) => work(panning)),
      times(({ zooming }) => work(zooming)),
      times(({ memory }) => memory),
    ]
  })
  return table(['times Seatmap', 'seats', 'first overview', 'pan', 'zoom', 'memory'], rows)
}

function table(head, rows) {
  const widths = head.map((cell, at) => widest([cell, ...rows.map((row) => row[at])]))
  const line = (cells) => `| ${cells.map((cell, at) => cell.padEnd(widths[at])).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [line(head), rule, ...rows.map(line)]
}

const widest = (cells) => Math.max(...cells.map(({ length }) => length))

export function keep(name, text, values) {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(new URL(`${name}.md`, FOLDER), `${text}\n`)
  writeFileSync(new URL(`${name}.json`, FOLDER), `${JSON.stringify(values, null, 1)}\n`)
}
