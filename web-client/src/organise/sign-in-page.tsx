// Signing in with a token: who the server takes one for, a field to paste another, a way out.

import { useState, type FormEvent } from 'react'
import { Button } from '../components/button'
import { useObservable } from '../hooks'
import { t } from '../i18n'
import { navigate } from '../router'
import { access, signIn, signOut, tokenIn, type Access } from './access'
import { INPUT, Labelled } from './fields'
import { Frame } from './frame'
import { SIGN_IN_PATH } from './words'

export function SignInPage() {
  const now = useObservable(access)
  const back = now.me?.organiser_routes
    ? { href: '/organise', label: t('organise.title') }
    : { href: '/', label: t('nav.allEvents') }
  return (
    <Frame title={t('signIn.title')} back={back}>
      <div className="max-w-xl">
        <p role="status" className="mb-6 text-soft">
          {standing(now)}
        </p>
        <TokenForm />
        {now.signedIn && (
          <Button kind="quiet" className="mt-3 w-full" onClick={() => void signOut()}>
            {t('signIn.out')}
          </Button>
        )}
      </div>
    </Frame>
  )
}

function TokenForm() {
  const [entered, setEntered] = useState('')
  const [fault, setFault] = useState('')
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const token = tokenIn(entered)
    if (token === null) {
      setFault(t('signIn.notAToken'))
      return
    }
    setFault('')
    setBusy(true)
    await signIn(token)
    setBusy(false)
    setEntered('')
    const { me, signedIn } = access.get()
    // Shown in place of a page, it gives way to that by itself.
    const alone = window.location.pathname === SIGN_IN_PATH
    if (alone && signedIn && me?.organiser_routes) navigate('/organise')
  }
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <Labelled label={t('signIn.token')}>
        <textarea
          value={entered}
          rows={4}
          spellCheck={false}
          autoComplete="off"
          required
          onChange={({ target }) => setEntered(target.value)}
          className={`${INPUT} h-auto py-2.5 font-mono text-[13px] break-all`}
        />
      </Labelled>
      <p className="text-sm text-soft">{t('signIn.hint', { command: 'seatmap token' })}</p>
      {fault && (
        <p role="alert" className="text-sm text-urgent">
          {fault}
        </p>
      )}
      <Button type="submit" disabled={busy}>
        {t('signIn.title')}
      </Button>
    </form>
  )
}

/** How things stand between this tab and the server. */
function standing({ phase, me, signedIn, refused }: Access): string {
  if (phase === 'asking') return t('events.loading')
  if (phase === 'failed') return t('notice.failed.text')
  if (refused) return t('signIn.refused')
  if (signedIn && me) {
    return t(me.organiser_routes ? 'signIn.as' : 'signIn.notEnough', {
      role: t(`role.${me.role}`),
      id: String(me.user_id ?? '–'),
    })
  }
  return t(me?.organiser_routes ? 'signIn.open' : 'signIn.closed')
}
