// Tools below the desk's map: how to choose seats, and what to do with those chosen.

import { useState } from 'react'
import { Status, type SeatStore, type SelectTool } from '../../sdk/index'
import { useSeatChanges } from '../hooks'
import { t } from '../i18n'
import { toast } from '../state/toasts'
import { Act } from './act'
import { INPUT } from './fields'
import { block, unblock } from './organiser-client'
import { sayRefused } from './words'

interface Props {
  event: number
  store: SeatStore
  selected: readonly number[]
  tool: SelectTool | null
  onTool(tool: SelectTool | null): void
  onClear(): void
}

const TOOLS: (SelectTool | null)[] = [null, 'box', 'lasso']
const REASON_CHARS_MAX = 200

export function BlockBar({ event, store, selected, tool, onTool, onClear }: Props) {
  useSeatChanges(store)
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const those = (status: Status) => selected.filter((seat) => store.statuses[seat] === status)
  const change = async (seats: readonly number[], blocked: boolean) => {
    setBusy(true)
    try {
      const names = seats.map((seat) => store.chart.seatNo(seat))
      await (blocked ? block : unblock)(event, names, reason.trim())
      toast('good', t(blocked ? 'organise.blocked' : 'organise.unblocked', { count: seats.length }))
      onClear()
    } catch (problem) {
      sayRefused(problem)
    } finally {
      setBusy(false)
    }
  }
  const free = those(Status.available)
  const blocked = those(Status.blocked)
  return (
    <div
      className="flex flex-wrap items-center gap-x-3 gap-y-2 border-t border-line bg-paper px-4
        py-3 text-sm"
    >
      <div
        role="group"
        aria-label={t('organise.tools')}
        className="flex rounded-full bg-sunken p-1"
      >
        {TOOLS.map((one) => (
          <button
            key={one ?? 'move'}
            type="button"
            aria-pressed={tool === one}
            onClick={() => onTool(one)}
            className={`h-9 rounded-full px-4 font-semibold ${
              tool === one ? 'bg-ink text-paper' : 'hover:bg-surface'
            }`}
          >
            {t(`tool.${one ?? 'move'}`)}
          </button>
        ))}
      </div>
      <span role="status" className="tabular-nums">
        {t('organise.chosen', { count: selected.length })}
      </span>
      <input
        value={reason}
        maxLength={REASON_CHARS_MAX}
        onChange={({ target }) => setReason(target.value)}
        placeholder={t('organise.reason')}
        aria-label={t('organise.reason')}
        className={`${INPUT} w-40 flex-1 max-sm:order-last max-sm:basis-full`}
      />
      <Act off={busy || free.length === 0} onClick={() => void change(free, true)}>
        {t('organise.block', { count: free.length })}
      </Act>
      <Act off={busy || blocked.length === 0} onClick={() => void change(blocked, false)}>
        {t('organise.unblock', { count: blocked.length })}
      </Act>
      <Act off={selected.length === 0} onClick={onClear}>
        {t('organise.clear')}
      </Act>
    </div>
  )
}
