// What was measured: tables on the screen and in a file, and every round's figures as JSON beside
// it.

import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { median } from './measure.mjs'

const FOLDER = new URL('./results/', import.meta.url)

const work = ({ script, layout }) => script + layout
const ms = (value) => `${value.toFixed(value < 100 ? 1 : 0)} ms`
const count = (value) => value.toLocaleString('en')

/**
 * What is aimed at, at the largest size, on the desk and on the phone; a figure above is called
 * missed, and nothing fails.
 */
const GOALS = [
  ['first overview, script and layout', 1_000, ({ first }) => work(first)],
  ['script per frame, panning', 4, ({ panning }) => panning.script],
  ['script per frame, panning among seats', 4, ({ close }) => close.script],
  ['script per frame, zooming', 4, ({ zooming }) => zooming.script],
  ['script to take in 5,000 changes', 10, ({ changes }) => changes.applied],
]

const STANDING = [
  ['map', ({ name }) => name],
  ['seats', ({ seats }) => count(seats)],
  ['navigation to overview', ({ passed }) => ms(passed)],
  ['of it script + layout', ({ first }) => ms(work(first))],
  ['5,000 changes: taken in', ({ changes }) => (changes ? ms(changes.applied) : '–')],
  ['and drawn', ({ changes }) => (changes ? ms(changes.shown) : '–')],
  ['memory', ({ memory }) => `${memory.toFixed(0)} MB`],
]

const moving = (what, key) => [
  [`${what}: script/frame`, (found) => ms(found[key].script)],
  ['layout/frame', (found) => ms(found[key].layout)],
  ['frames/s', (found) => found[key].fps.toFixed(0)],
]

const MOVING = [
  ['map', ({ name }) => name],
  ['seats', ({ seats }) => count(seats)],
  ...moving('pan', 'panning'),
  ...moving('zoom', 'zooming'),
  ...moving('pan among seats', 'close'),
]

/**
 * What is compared: how many times as much of it the other needs. Time, not script: an SVG map has
 * little script, and keeps the browser busy with painting.
 */
const COMPARED = [
  ['navigation to overview', ({ passed }) => passed],
  ['time per frame: pan', ({ panning }) => 1 / panning.fps],
  ['zoom', ({ zooming }) => 1 / zooming.fps],
  ['pan among seats', ({ close }) => 1 / close.fps],
  ['memory', ({ memory }) => memory],
]

/** Figures are medians over the rounds; ratios are medians of those within a round. */
export function report({ rounds, refused, version }) {
  const ours = medians(rounds.map((round) => round.ours))
  const others = medians(rounds.map((round) => round.others))
  const all = [...ours, ...others]
  const cells = (columns) => all.map((found) => columns.map(([, cell]) => cell(found)))
  // Of each look the largest size comes last: the desk's, then the phone's.
  const largest = [...new Map(ours.map((found) => [found.name, found])).values()]
  return [
    `# The map in Chromium ${version}`,
    '',
    `${cpus().length} × ${cpus()[0].model}, headless, no graphics card; ${rounds.length} rounds.`,
    'Figures are medians. Script and layout as Chromium counts them, per frame that was drawn.',
    'Both maps show the same blocks of 500 seats. The phone is 390 px wide, twice as dense, and',
    'its processor four times slower. Memory is that of script, its buffers, the document and the',
    'pixels of canvases; what the browser paints SVG onto is not in it.',
    '',
    ...table(STANDING.map(([head]) => head), cells(STANDING)),
    '',
    ...table(MOVING.map(([head]) => head), cells(MOVING)),
    '',
    ...goals(largest),
    '',
    ...ratios(rounds, others),
    ...(refused ? ['', refused] : []),
  ].join('\n')
}

const medians = (rounds) => rounds[0].map((_, at) => median(rounds.map((round) => round[at])))

function goals(largest) {
  const verdict = (value, goal) => `${ms(value)}, ${value <= goal ? 'met' : '**missed**'}`
  const rows = GOALS.map(([what, goal, of]) => [
    what,
    `${goal} ms`,
    ...largest.map((found) => verdict(of(found), goal)),
  ])
  const heads = largest.map(({ name, seats }) => `${name}, ${count(seats)} seats`)
  return table(['goal', 'at most', ...heads], rows)
}

function ratios(rounds, others) {
  const rows = others.map(({ name, seats }) => {
    const of = (found) => found.find((one) => one.seats === seats)
    const times = COMPARED.map(([, cost]) =>
      spread(rounds.map(({ ours, others }) => cost(of(others)) / cost(of(ours)))),
    )
    return [name, count(seats), ...times]
  })
  return table(['times Seatmap', 'seats', ...COMPARED.map(([head]) => head)], rows)
}

/** The median, with the least and the greatest. */
function spread(values) {
  const [least, greatest] = [Math.min(...values), Math.max(...values)]
  const [middle, from, to] = [median(values), least, greatest].map((value) => value.toFixed(1))
  return `${middle} (${from}–${to})`
}

function table(head, rows) {
  const widths = head.map((cell, at) => widest([cell, ...rows.map((row) => row[at])]))
  const line = (cells) => `| ${cells.map((cell, at) => cell.padEnd(widths[at])).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [line(head), rule, ...rows.map(line)]
}

const widest = (cells) => Math.max(...cells.map(({ length }) => length))

/** Keeps both by day and machine. */
export function keep(text, values) {
  const machine = cpus()[0].model.toLowerCase().match(/[a-z0-9]+/g).slice(0, 2).join('-')
  const name = `${new Date().toISOString().slice(0, 10)}-${machine}-${cpus().length}-cores`
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(new URL(`${name}.md`, FOLDER), `${text}\n`)
  writeFileSync(new URL(`${name}.json`, FOLDER), `${JSON.stringify(values, null, 1)}\n`)
}
