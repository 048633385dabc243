// Stories of the organiser's forms: amounts as they are written here, faults in the page's own
// words, what may be left out, an event that is changed; and of lists that come late or not at all.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import qrcode from 'qrcode-generator'
import { examine } from './access.mjs'
import { button, LOOKS, Visitor, withhold } from './browser.mjs'
import { NEAR_AND_FAR, TWO_ROWS } from './charts.mjs'
import { ANNA, buy, makeChart, makeEvent } from './rest.mjs'

const CHART = {
  format: 'seatmap.chart.v1',
  name: 'A chart for forms',
  categories: NEAR_AND_FAR,
  sections: [TWO_ROWS],
}

/** In the page: a camera before which this code is held. */
function holdBefore({ size, dark }) {
  const [pixel, quiet] = [8, 4]
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = (size + 2 * quiet) * pixel
  const pen = canvas.getContext('2d')
  const draw = () => {
    pen.fillStyle = '#fff'
    pen.fillRect(0, 0, canvas.width, canvas.height)
    pen.fillStyle = '#000'
    for (const [row, column] of dark) {
      pen.fillRect((column + quiet) * pixel, (row + quiet) * pixel, pixel, pixel)
    }
  }
  setInterval(draw, 50)
  const stream = async () => canvas.captureStream(10)
  Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia: stream } })
  delete globalThis.BarcodeDetector
}

function codeOf(text) {
  const code = qrcode(0, 'M')
  code.addData(text)
  code.make()
  const size = code.getModuleCount()
  const steps = Array.from({ length: size }, (_, at) => at)
  const dark = steps.flatMap((row) =>
    steps.filter((column) => code.isDark(row, column)).map((column) => [row, column]),
  )
  return { size, dark }
}

async function speakGerman(page) {
  await page.locator('[aria-expanded]').first().click()
  await page.getByRole('combobox').first().selectOption('de')
  await page.getByRole('heading', { name: 'Neue Veranstaltung' }).waitFor()
  await page.keyboard.press('Escape')
}

export const forms = {
  'amounts are written as they are here, and faults said in the page’s words': async (stage) => {
    const { browser, site, pictures } = stage
    const chart = await makeChart(site, CHART)
    const olga = await Visitor.open(browser, site)
    const { page } = olga
    await page.goto('/organise/new')
    await page.getByLabel('Name').waitFor()
    await speakGerman(page)
    await button(page, 'Veranstaltung anlegen').click()
    await page.locator('[data-fault]', { hasText: 'Bitte ausfüllen.' }).first().waitFor()
    await page.locator('[data-fault]', { hasText: 'Bitte wählen.' }).waitFor()
    await page.locator('input[name=name]:focus').waitFor()
    await page.getByLabel('Name').fill('Komma')
    await page.getByLabel('Wo', { exact: true }).fill('Spielhaus')
    await page.locator('select[name=chart]').selectOption(String(chart))
    const [near, far] = [page.getByLabel('Near'), page.getByLabel('Far')]
    assert.equal(await near.getAttribute('placeholder'), '45,50')
    await near.fill('1.045,50')
    await far.fill('7,505')
    await page.getByLabel('Ende', { exact: true }).fill('2020-01-01T10:00')
    await button(page, 'Veranstaltung anlegen').click()
    await page.getByText('Bitte einen Betrag eingeben, etwa 45,50.').waitFor()
    await page.getByText('Das muss später sein als „Beginn“.').waitFor()
    assert.equal(await near.getAttribute('aria-invalid'), null)
    await olga.picture(pictures, 'faults-1440-light')
    await examine(page, 'faults')
    await far.fill('7,50')
    assert.equal(await far.getAttribute('aria-invalid'), null, 'mended, it is no fault any more')
    await page.getByLabel('Ende', { exact: true }).fill('2099-01-01T10:00')
    await page.getByText('Weitere Einstellungen').click()
    await page.getByLabel('Plätze werden gehalten (Minuten)').fill('500')
    await button(page, 'Veranstaltung anlegen').click()
    await page.getByText('Bitte eine ganze Zahl von 1 bis 120 eingeben.').waitFor()
    await page.getByLabel('Plätze werden gehalten (Minuten)').fill('7')
    await page.getByLabel('Plätze je Person, höchstens').fill('3')
    await page.getByLabel('Wer bezahlte Buchungen stornieren darf').selectOption('never')
    await page.getByLabel('Beschreibung').fill('Mit Pause')
    await button(page, 'Veranstaltung anlegen').click()
    await olga.live()
    const id = /\/organise\/events\/(\d+)$/.exec(page.url())[1]
    const made = await page.request.get(`/api/v1/events/${id}`).then((answer) => answer.json())
    assert.equal(made.lock_seconds, 420)
    assert.equal(made.max_seats_per_user, 3)
    assert.equal(made.description, 'Mit Pause')
    assert.deepEqual(made.prices, { near: '1045.50', far: '7.50' })
    await olga.leave()
  },

  'an event is changed, and who looks at it sees the prices': async (stage) => {
    const { browser, site } = stage
    const chart = await makeChart(site, CHART)
    const prices = { near: '60.00', far: '25.00' }
    const what = { total_tickets: undefined, price: undefined, chart_id: chart, prices }
    const event = await makeEvent(site, what)
    const bert = await Visitor.open(browser, site)
    await bert.visit(event)
    const olga = await Visitor.open(browser, site)
    const { page } = olga
    await page.goto(`/organise/events/${event}/edit`)
    const name = page.getByLabel('Name')
    assert.equal(await name.inputValue(), 'An evening with two visitors')
    assert.equal(await page.getByLabel('Near').inputValue(), '60.00')
    await name.fill('An evening with three')
    await page.getByLabel('Near').fill('64,50')
    const sent = page.waitForRequest((request) => request.method() === 'PATCH')
    await button(page, 'Save').click()
    const change = { name: 'An evening with three', prices: { near: '64.50', far: '25.00' } }
    assert.deepEqual((await sent).postDataJSON(), change)
    await page.getByText('Saved.').waitFor()
    await bert.page.getByRole('list', { name: 'Price categories' }).getByText('€64.50').waitFor()
    await page.reload()
    assert.equal(await name.inputValue(), 'An evening with three')
    await olga.leave()
    await bert.leave()
  },

  'a search that comes late is not shown, and one that fails is made again': async (stage) => {
    const { browser, site, pictures } = stage
    const event = await makeEvent(site)
    const { booking_ref: ref } = await buy(site, event, ['S001', 'S002'], { customer: ANNA })
    await buy(site, event, ['S010'])
    const olga = await Visitor.open(browser, site)
    const { page } = olga
    const refuse = (route) => route.fulfill({ status: 429, json: { code: 'rate_limited' } })
    await page.route(/\/api\/v1\/bookings\?/, refuse)
    await page.goto(`/organise/events/${event}/bookings`)
    await button(page, 'Try again').waitFor()
    await olga.picture(pictures, 'bookings-failed-1440-light')
    await page.unroute(/\/api\/v1\/bookings\?/)
    await button(page, 'Try again').click()
    await page.getByText('2 bookings').waitFor()
    // The search for nobody's booking is answered after the one for Anna's.
    const letGo = await withhold(page, /\/api\/v1\/bookings\?.*email=nobody/)
    const field = page.getByRole('searchbox')
    await field.fill('nobody@example.com')
    const late = page.waitForResponse(/email=nobody/)
    await page.keyboard.press('Enter')
    await field.fill(ANNA.email)
    await page.keyboard.press('Enter')
    await page.getByText('1 booking', { exact: true }).waitFor()
    letGo()
    await (await late).finished()
    await page.getByRole('link', { name: new RegExp(`^${ref}`) }).waitFor()
    assert.equal(await page.getByText('No booking found').count(), 0)
    // What was searched for is what is taken away.
    const coming = page.waitForEvent('download')
    await button(page, 'Export CSV').click()
    const lines = readFileSync(await (await coming).path(), 'utf8').trim().split('\r\n')
    assert.equal(lines.length, 2)
    assert.match(lines[1], new RegExp(`,${ref},`))
    await olga.leave()
  },

  'the camera reads codes where the browser has no detector': async ({ browser, site }) => {
    const event = await makeEvent(site)
    const { booking_ref: ref } = await buy(site, event, ['S001'])
    const dora = await Visitor.open(browser, site)
    const { page } = dora
    await page.addInitScript(holdBefore, codeOf(ref))
    await page.goto(`/organise/events/${event}/door`)
    await button(page, 'Camera').click()
    await page.locator('[data-door=in]').waitFor()
    await page.locator('[data-inside="1"]').waitFor()
    await dora.leave()
  },

  'where there can be no camera the door says why': async ({ browser, site, pictures }) => {
    const event = await makeEvent(site)
    for (const { name, ...options } of [LOOKS[0], LOOKS[3]]) {
      const dora = await Visitor.open(browser, site, { ...options, still: true })
      const { page } = dora
      await page.addInitScript(() => {
        Object.defineProperty(navigator, 'mediaDevices', { value: undefined })
      })
      await page.goto(`/organise/events/${event}/door`)
      await page.getByText('Browsers offer a camera on https pages only.').waitFor()
      assert.equal(await button(page, 'Camera').count(), 0)
      await dora.picture(pictures, `no-camera-${name}`)
      await examine(page, `no-camera-${name}`)
      await dora.leave()
    }
  },
}
