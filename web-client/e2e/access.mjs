// Stories for everyone: no page with serious findings of axe, a purchase by keyboard alone, the
// list as the map's equal, and words in every language.

import assert from 'node:assert/strict'
import axe from 'axe-core'
import { PHONE, Visitor } from './browser.mjs'
import { makeEvent } from './rest.mjs'
import { HELD } from './states.mjs'

/** More presses of Tab than any page has stops. */
const TABS_MAX = 120

const TITLES = {
  de: 'Was läuft',
  es: 'En cartel',
  fr: 'À l’affiche',
  ja: '公演一覧',
}

/** Waits until nothing fades or moves but what never ends: half-faded text has no contrast. */
async function rest(page) {
  await page.waitForFunction(() =>
    document.getAnimations().every((animation) => {
      const endless = animation.effect?.getComputedTiming().endTime === Infinity
      return endless || animation.playState !== 'running'
    }),
  )
}

/** Fails when axe finds anything serious on the page as it is. */
export async function examine(page, name) {
  await rest(page)
  await page.evaluate(axe.source)
  const violations = await page.evaluate(async () => {
    const found = await window.axe.run(document, {
      resultTypes: ['violations'],
      // The one rule for WCAG 2.2, which axe leaves out unless asked.
      rules: { 'target-size': { enabled: true } },
    })
    return found.violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      where: nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ''}`).slice(0, 3),
    }))
  })
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  assert.deepEqual(serious, [], name)
}

/** Presses Tab until the wanted element has the focus. */
async function tabTo(page, wanted) {
  await wanted.first().waitFor()
  for (let press = 0; press < TABS_MAX; press += 1) {
    await page.keyboard.press('Tab')
    const there = await wanted.first().evaluate((element) => element === document.activeElement)
    if (there) return
  }
  throw new Error('Tab never came there')
}

const button = (page, name) => page.getByRole('button', { name })

/** Walks every page a buyer sees, as one look or another, and examines each. */
async function walk(stage, { viewport, dark, name }) {
  const { browser, site, event, take, pictures } = stage
  const visitor = await Visitor.open(browser, site, { viewport, dark, still: true })
  const { page } = visitor
  const seen = async (part) => {
    await visitor.picture(pictures, `${part}-${name}`)
    await examine(page, `${part}-${name}`)
  }
  await page.goto('/')
  await page.locator(`a[href="/events/${event}"]`).waitFor()
  const scheme = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  assert.equal(scheme, dark ? 'rgb(16, 16, 20)' : 'rgb(246, 245, 242)')
  await seen('list')
  await visitor.visit(event)
  await seen('map')
  const seat = take()
  await visitor.choose(seat)
  await visitor.owns(seat, HELD)
  await seen('chosen')
  await button(page, 'Display and language').click()
  await seen('settings')
  await page.keyboard.press('Escape')
  await button(page, 'List').click()
  await page.getByRole('grid').waitFor()
  await seen('rows')
  if (visitor.phone) await button(page, /^1 seat/).click()
  await seen('basket')
  await button(page, /^Book 1/).click()
  await button(page, /^Pay/).waitFor()
  await seen('payment')
  await button(page, /^Pay/).click()
  await page.locator('[data-qr]').waitFor()
  await seen('ticket')
  await button(page, 'Cancel booking').click()
  await button(page, 'Cancel it').click()
  await page.getByText('Cancelled', { exact: true }).waitFor()
  await seen('cancelled')
  await page.goto('/events/999999999')
  await page.getByRole('heading', { name: 'No such event' }).waitFor()
  await seen('missing')
  await visitor.leave()
}

export const access = {
  'axe finds nothing serious on any page, wide and light': (stage) =>
    walk(stage, { dark: false, name: '1440-light' }),

  'axe finds nothing serious on any page, wide and dark': (stage) =>
    walk(stage, { dark: true, name: '1440-dark' }),

  'axe finds nothing serious on a phone, light': (stage) =>
    walk(stage, { viewport: PHONE, dark: false, name: '390-light' }),

  'axe finds nothing serious on a phone, dark': (stage) =>
    walk(stage, { viewport: PHONE, dark: true, name: '390-dark' }),

  'the keyboard alone buys and cancels': async ({ browser, site, event, bert }) => {
    const fritz = await Visitor.open(browser, site)
    await bert.visit(event)
    const { page } = fritz
    const { keyboard } = page
    await page.goto('/')
    await tabTo(page, page.locator(`a[href="/events/${event}"]`))
    await keyboard.press('Enter')
    await fritz.live()
    await tabTo(page, button(page, 'List'))
    await keyboard.press('Enter')
    await tabTo(page, page.locator('[role=gridcell][tabindex="0"]'))
    for (const key of ['End', 'ArrowLeft', 'Enter']) await keyboard.press(key)
    const seat = Number(await page.evaluate(() => document.activeElement.dataset.seat))
    await page.locator(`[data-seat="${seat}"][aria-selected=true]`).waitFor()
    await bert.sees(seat, 1)
    await tabTo(page, button(page, /^Book 1/))
    await keyboard.press('Enter')
    await tabTo(page, button(page, /^Pay/))
    await keyboard.press('Enter')
    await page.locator('[data-qr]').waitFor()
    await bert.sees(seat, 3)
    await tabTo(page, button(page, 'Cancel booking'))
    await keyboard.press('Enter')
    await tabTo(page, button(page, 'Cancel it'))
    await keyboard.press('Enter')
    await bert.sees(seat, 0)
    await fritz.leave()
  },

  'a seat taken from under the focus is said aloud': async (stage) => {
    const { browser, site, event, anna, take } = stage
    const gerda = await Visitor.open(browser, site)
    const { page } = gerda
    await gerda.visit(event)
    await anna.visit(event)
    await button(page, 'List').click()
    const seat = take()
    const cell = page.locator(`[data-seat="${seat}"]`)
    await cell.focus()
    assert.match(await cell.getAttribute('aria-label'), /Available/)
    await anna.choose(seat)
    await page.locator('[data-spoken]', { hasText: /seat .* was just taken/ }).waitFor()
    await page.locator(`[data-seat="${seat}"][aria-disabled=true]`).waitFor()
    assert.match(await cell.getAttribute('aria-label'), /Held by someone else/)
    await anna.choose(seat)
    await page.locator('[data-spoken]', { hasText: /free again/ }).waitFor()
    await gerda.context.close()
  },

  'keys mark seats of a row in the list, and take them together': async (stage) => {
    const { browser, site, bert } = stage
    const event = await makeEvent(site, { orphan_rule: 'prefer' })
    const karl = await Visitor.open(browser, site)
    const { page } = karl
    await karl.visit(event)
    await button(page, 'List').click()
    await page.locator('[data-seat="1"]').focus()
    await page.locator('[data-orphans]', { hasText: 'Would leave a single seat' }).waitFor()
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Shift+ArrowRight')
    assert.equal(await page.locator('[data-marked]').count(), 3)
    await page.keyboard.press('Enter')
    for (const seat of [1, 2, 3]) {
      await page.locator(`[data-seat="${seat}"][aria-selected=true]`).waitFor()
    }
    assert.equal(await page.locator('[data-marked]').count(), 0)
    await bert.visit(event)
    for (const seat of [1, 2, 3]) await bert.sees(seat, 1)
    await karl.leave()
  },

  'five languages are spoken, and remembered': async ({ browser, site, event, pictures }) => {
    const hans = await Visitor.open(browser, site)
    const { page } = hans
    await page.goto('/')
    for (const [language, title] of Object.entries(TITLES)) {
      await page.locator('[aria-expanded]').first().click()
      await page.getByRole('combobox').selectOption(language)
      await page.getByRole('heading', { name: title }).waitFor()
      assert.equal(await page.locator('html').getAttribute('lang'), language)
      await page.keyboard.press('Escape')
    }
    await hans.visit(event)
    await page.getByRole('button', { name: 'リスト' }).waitFor()
    await hans.picture(pictures, 'map-japanese')
    await hans.leave()
  },

  'forced colours show what is on, and where things end': async ({ browser, site, event }) => {
    const ida = await Visitor.open(browser, site)
    const { page } = ida
    await page.emulateMedia({ forcedColors: 'active' })
    await ida.visit(event)
    await button(page, 'List').click()
    const groundOf = (on) =>
      page
        .locator(`[role=group][aria-label="Show seats as"] [aria-pressed=${on}]`)
        .evaluate((element) => getComputedStyle(element).backgroundColor)
    assert.notEqual(await groundOf(true), await groundOf(false))
    const edge = await page
      .locator('[role=gridcell]')
      .first()
      .evaluate((element) => getComputedStyle(element).borderTopWidth)
    assert.equal(edge, '1px')
    await ida.context.close()
  },

  'colour-blind colours have shapes too': async ({ browser, site, event, pictures }) => {
    const ida = await Visitor.open(browser, site)
    const { page } = ida
    await ida.visit(event)
    await button(page, 'Display and language').click()
    await page.getByRole('checkbox').check()
    const color = await page.locator('aside svg circle').first().getAttribute('fill')
    assert.equal(color, '#0072b2')
    await page.keyboard.press('Escape')
    await page.reload()
    await ida.live()
    await ida.picture(pictures, 'safe-1440')
    await ida.context.close()
  },
}
