// Stories of tokens: what takes one, what is said to who has none or a lesser one, what one opens.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { examine } from './access.mjs'
import { button, PHONE, Visitor, WIDE } from './browser.mjs'
import { ANNA, buy, makeEvent } from './rest.mjs'
import { AVAILABLE, SOLD } from './states.mjs'

/** Wide and narrow, light and dark. */
async function pictures(visitor, folder, name) {
  const { page } = visitor
  for (const viewport of folder ? [PHONE, WIDE] : []) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme })
      await visitor.picture(folder, `${name}-${viewport.width}-${colorScheme}`)
    }
  }
}

export const tokens = {
  'cancelling takes a token, and a reason is kept': async ({ browser, site, server }) => {
    const event = await makeEvent(site)
    const { booking_ref: ref } = await buy(site, event, ['S001', 'S002'], { customer: ANNA })
    const bert = await Visitor.open(browser, site)
    await bert.visit(event)
    await bert.sees(0, SOLD)
    const olga = await Visitor.open(browser, site)
    const { page } = olga
    await page.goto(`/organise/events/${event}/bookings/${ref}`)
    await button(page, 'Cancel booking').click()
    await button(page, 'Cancel booking').click()
    await page.getByText('That takes an organiser’s token.').first().waitFor()
    await button(page, 'Sign in').click()
    await page.getByLabel('Organiser’s token').fill('no token')
    await button(page, 'Sign in').click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Organiser’s token').fill(`Bearer ${server.token('organiser')}`)
    await button(page, 'Sign in').click()
    await page.getByRole('heading', { name: 'Organise' }).waitFor()
    await page.goto(`/organise/events/${event}/bookings/${ref}`)
    await button(page, 'Cancel booking').click()
    await page.getByLabel('Reason').fill('the singer is ill')
    await button(page, 'Cancel booking').click()
    for (const seat of [0, 1]) await bert.sees(seat, AVAILABLE)
    await page.getByText(/user \d+ · the singer is ill/).waitFor()
    assert.equal(await button(page, 'Cancel booking').count(), 0)
    await olga.leave()
    await bert.context.close()
  },

  'a token of a customer opens nothing, and a bad one is refused': async (stage) => {
    const { browser, site, server } = stage
    const olga = await Visitor.open(browser, site)
    const { page } = olga
    const token = server.token('customer')
    await page.goto(`/organise/sign-in#token=${token}`)
    await page.getByText(/You are signed in as customer|This token is that of a customer/).waitFor()
    assert.equal(new URL(page.url()).hash, '')
    await page.getByLabel('Organiser’s token').fill(`${token}x`)
    await button(page, 'Sign in').click()
    await page.getByText('The server did not accept the token.', { exact: false }).waitFor()
    await olga.leave()
  },

  'where tokens are asked for, only an organiser’s opens the pages': async (stage) => {
    const strict = stage.server.another({ command: 'serve', AUTH_MODE: 'token' })
    await strict.start()
    const caller = { token: strict.token('organiser') }
    const event = await makeEvent(strict.url, {}, caller)
    const olga = await Visitor.open(stage.browser, strict.url, { still: true })
    try {
      const { page } = olga
      await page.goto(`/organise/events/${event}/bookings`)
      await page.getByText('These pages are for organisers.', { exact: false }).waitFor()
      await examine(page, 'closed')
      await pictures(olga, stage.pictures, 'closed')
      await page.getByLabel('Organiser’s token').fill(strict.token('customer'))
      await button(page, 'Sign in').click()
      await page.getByText('This token is that of a customer', { exact: false }).waitFor()
      // In place of the page, the form gives way to it.
      await page.getByLabel('Organiser’s token').fill(caller.token)
      await button(page, 'Sign in').click()
      await page.getByRole('heading', { name: 'Bookings' }).waitFor()
      const coming = page.waitForEvent('download')
      await button(page, 'Export CSV').click()
      const file = await coming
      assert.match(readFileSync(await file.path(), 'utf8'), /^id,booking_ref,status/)
      assert.deepEqual(olga.complaints, [])
    } finally {
      await olga.context.close()
      await strict.destroy()
    }
  },
}
