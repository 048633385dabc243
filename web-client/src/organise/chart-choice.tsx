// Which chart an event has: one the server knows, or a file in any format it can read.

import { useEffect, useState } from 'react'
import { formatCount } from '../format'
import { t } from '../i18n'
import { INPUT, Labelled } from './fields'
import { useFault } from './form'
import { bringIn, charts, type ChartSummary } from './organiser-client'
import { faultsOf } from './words'

/** What is said of a file: that it is in, what of it was left out, or why it can't be had. */
interface Word {
  tone: 'soft' | 'warn' | 'urgent'
  text: string
}

const TONES = { soft: 'text-soft', warn: 'text-warn', urgent: 'text-urgent' } as const

const all = (tone: Word['tone'], texts: readonly string[]): Word[] =>
  texts.map((text) => ({ tone, text }))

interface Props {
  chosen: number | null
  onChoose(chart: number): void
}

export function ChartChoice({ chosen, onChoose }: Props) {
  const [known, setKnown] = useState<ChartSummary[]>([])
  const [words, setWords] = useState<Word[]>([])
  const { bears, line } = useFault('chart')
  useEffect(() => {
    // Without the list a file can still be brought in.
    charts().then(setKnown, () => {})
  }, [])
  const upload = async (file: File | undefined) => {
    if (!file) return
    try {
      const chart = await bringIn(JSON.parse(await file.text()))
      setKnown((before) => [...before.filter(({ id }) => id !== chart.id), chart])
      const done = t('organise.broughtIn', { name: chart.name })
      setWords([...all('soft', [done]), ...all('warn', chart.warnings)])
      onChoose(chart.id)
    } catch (problem) {
      setWords(all('urgent', whyNot(file.name, problem)))
    }
  }
  return (
    <div className="flex flex-col gap-3">
      <Labelled label={t('organise.chart')}>
        <select
          name="chart"
          required
          {...bears}
          value={chosen ?? ''}
          onChange={({ target }) => target.value && onChoose(Number(target.value))}
          className={INPUT}
        >
          <option value="">{t('organise.chooseChart')}</option>
          {known.map(({ id, name, seats }) => (
            <option key={id} value={id}>
              {name} · {formatCount(seats)}
            </option>
          ))}
        </select>
      </Labelled>
      {line}
      <Labelled label={t('organise.upload')}>
        <input
          type="file"
          accept="application/json,.json"
          onChange={({ target }) => void upload(target.files?.[0])}
          className="text-sm file:mr-3 file:h-10 file:rounded-full file:border-0 file:bg-sunken
            file:px-4 file:font-semibold file:text-ink"
        />
      </Labelled>
      <div role="status" className="text-sm">
        {words.map(({ tone, text }) => (
          <p key={text} className={TONES[tone]}>
            {text}
          </p>
        ))}
      </div>
    </div>
  )
}

/** The browser knows where the text breaks off, if only in its own words. */
function whyNot(name: string, problem: unknown): string[] {
  if (!(problem instanceof SyntaxError)) return faultsOf(problem)
  return [t('organise.notJson', { name }), problem.message]
}
