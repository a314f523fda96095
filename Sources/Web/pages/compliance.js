/** The reviewer's page: counts, controls and hashes of the running relay; nothing of any patient. */

import {HostChecksElement, LineCopiedEvent} from '../elements/host-checks.js'
import {LanguageChoiceElement} from '../elements/language-choice.js'
import {PageAnnouncerElement} from '../elements/page-announcer.js'
import {make, part, setText} from '../elements/parts.js'
import {words} from '../strings/index.js'
import {allowed} from './choices.js'
import {copy} from './clipboard.js'
import {askForCheck, askForReport} from './compliance-report.js'
import {PageLanguage} from './language.js'

customElements.define('host-checks', HostChecksElement)
customElements.define('language-choice', LanguageChoiceElement)
customElements.define('page-announcer', PageAnnouncerElement)

/** @typedef {import('./compliance-report.js').Report} Report */
/** @typedef {'waiting' | 'noToken' | 'expired' | 'refused' | 'offline'} Door */

const interval = 5_000
/** While the relay checks itself. */
const shortInterval = 1_000

class CompliancePage {
  /** From the link's fragment, in memory only: not even a reload has it. */
  #token = ''
  #language = new PageLanguage('compliance', () => this.#draw())
  /** @type {{report: Report, file: string} | null} the last one */
  #last = null
  /** @type {Door | null} null: the report is current */
  #door = /** @type {Door | null} */ ('waiting')
  #firstKey = ''
  /** Somebody has asked for a check, and is told what comes of it. */
  #isWaiting = false
  #timer = 0
  #asking = new AbortController()

  async open() {
    this.#takeToken()
    await this.#language.begin(navigator.languages)
    put('preferences', Object.entries(allowed).map(([name, values]) => `${name}: ${JSON.stringify(values)}`).join(', '))
    window.addEventListener('hashchange', () => this.#takeToken() && this.#ask())
    document.addEventListener('visibilitychange', () => this.#ask())
    window.addEventListener('beforeprint', () => {
      for (const details of document.querySelectorAll('details')) details.open = true
    })
    document.addEventListener(LineCopiedEvent.type, event => void this.#copy(/** @type {LineCopiedEvent} */ (event).text))
    part(document, '#print', HTMLButtonElement).addEventListener('click', () => print())
    part(document, '#export', HTMLButtonElement).addEventListener('click', () => this.#export())
    part(document, '#check', HTMLButtonElement).addEventListener('click', () => void this.#check())
    this.#draw()
    void this.#ask()
  }

  /** @returns {boolean} whether the address brought one; it does not stay there */
  #takeToken() {
    if (location.hash.length < 2) return false
    this.#token = location.hash.slice(1)
    history.replaceState(null, '', location.pathname)
    return true
  }

  /** Now, and again and again while somebody can see it. */
  async #ask() {
    clearTimeout(this.#timer)
    this.#asking.abort()
    if (document.visibilityState !== 'visible') return
    if (this.#token === '') return this.#show('noToken')
    const asking = (this.#asking = new AbortController())
    const answer = await askForReport(this.#token, asking.signal)
    if (asking.signal.aborted) return
    if (typeof answer !== 'string') {
      this.#last = answer
      this.#firstKey ||= answer.report.evidence.key
      this.#show(null)
      this.#tell()
    } else {
      if (answer !== 'offline') {
        this.#last = null
        this.#token = ''
      }
      this.#show(answer)
    }
    if (this.#token === '') return
    const isRunning = this.#last?.report.evidence.audit?.outcome === 'running'
    this.#timer = setTimeout(() => void this.#ask(), isRunning ? shortInterval : interval)
  }

  async #check() {
    const {checks} = words.report
    const last = this.#last?.report
    if (!last?.self_check.available || last.evidence.audit?.outcome === 'running') return
    const answer = await askForCheck(this.#token)
    if (answer === 'started' || answer === 'running') {
      this.#isWaiting = true
      this.#say(checks.begun)
      void this.#ask()
    } else {
      this.#say(typeof answer === 'object' ? checks.tooSoon(answer.seconds) : checks.cannot)
    }
  }

  /** What came of the check, to whoever asked for it. */
  #tell() {
    const audit = this.#last?.report.evidence.audit
    if (!this.#isWaiting || !audit || audit.outcome === 'running') return
    this.#isWaiting = false
    this.#say(outcomeOf(audit))
  }

  /** @param {Door | null} door */
  #show(door) {
    this.#door = door
    this.#draw()
  }

  #draw() {
    document.title = words.report.title
    const last = this.#last
    const door = last ? null : this.#door
    part(document, '#door', HTMLElement).hidden = door === null
    part(document, '#report', HTMLElement).hidden = last === null
    part(document, '#tools', HTMLElement).hidden = last === null
    if (door) {
      setText(part(document, '#door h2', HTMLElement), words.report.doors[door].title)
      setText(part(document, '#door p', HTMLElement), words.report.doors[door].body)
    }
    if (last) this.#drawReport(last.report)
  }

  /** @param {Report} report */
  #drawReport({time, started, build, process, now, enforced, evidence, self_check}) {
    const {report} = words
    put('asOf', report.asOf(time, build))
    const notice = part(document, '#notice', HTMLElement)
    const isRestarted = evidence.key !== this.#firstKey
    notice.hidden = this.#door === null && !isRestarted
    setText(part(notice, 'span', HTMLElement), this.#door === null ? report.restarted : report.offline(time))

    for (const name of ['conversations', 'messages', 'bytes', 'cards', 'visits', 'sessions', 'connections']) {
      put(name, report.amount(Number(now[name])))
    }
    put('oldest', typeof now['oldest_seconds'] === 'number' ? report.age(now['oldest_seconds']) : report.none)
    put('hashes', report.amount(Number(now['secret_hashes'])))
    put('addresses', report.amount(Number(now['address_hashes'])))

    const count = (/** @type {string} */ state) => enforced.filter(check => check.state === state).length
    const missing = count('missing')
    put('summary', report.summary(count('holds'), missing))
    part(document, '[data-put="summary"]', HTMLElement).classList.toggle('is-missing', missing > 0)
    part(document, 'host-checks', HostChecksElement).view = {checks: enforced, process, language: document.documentElement.lang}

    const {ledger, pages} = evidence
    drawCheck(evidence.audit, self_check)
    put('chain', report.chainHolds(ledger.entries))
    put('head', ledger.head)
    put('key', evidence.key)
    put('executable', evidence.executable ?? report.unknown)
    put('started', report.startedAt(started))
    put('pages', pages.all)
    put('pageFiles', report.pageFiles(Object.keys(pages.files).length))
    drawRows('#totals', Object.entries(ledger.totals).map(([cause, {erasures, messages, bytes}]) =>
      [causeOf(cause), ...[erasures, messages, bytes].map(report.amount)]))
    drawRows('#files', Object.entries(pages.files))
  }

  async #copy(/** @type {string} */ text) {
    this.#say(await copy(text) ? words.copied : words.copyFailed)
  }

  /** To eyes and ears, for a moment. */
  #say(/** @type {string} */ text) {
    part(document, 'page-announcer', PageAnnouncerElement).say(text)
    const said = part(document, '#said', HTMLElement)
    setText(said, text)
    setTimeout(() => {
      if (said.textContent === text) setText(said, '')
    }, 3_000)
  }

  #export() {
    if (!this.#last) return
    const {file, report} = this.#last
    const link = make('a')
    link.href = URL.createObjectURL(new Blob([file], {type: 'application/json'}))
    link.download = `lethe-report-${new Date(report.time * 1000).toISOString().slice(0, 19).replaceAll(':', '')}.json`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 1_000)
  }
}

/** @param {string} name of the place @param {string} text */
function put(name, text) {
  setText(part(document, `[data-put="${name}"]`, HTMLElement), text)
}

/** @param {import('./compliance-report.js').SelfCheck} check one that has ended */
function outcomeOf({outcome, began}) {
  const {checks} = words.report
  return outcome === 'pass' ? checks.passed(began) : outcome === 'fail' ? checks.failed(began) : checks.incomplete(began)
}

/**
 * @param {import('./compliance-report.js').SelfCheck | null} check
 * @param {Report['self_check']} offer
 */
function drawCheck(check, offer) {
  const {checks, amount} = words.report
  const isRunning = check?.outcome === 'running'
  put('audit', !offer.available ? checks.unavailable
    : check === null ? checks.none
    : isRunning ? checks.running(check.causes.length, check.planned)
    : outcomeOf(check))
  part(document, '[data-put="audit"]', HTMLElement).dataset['outcome'] = check?.outcome ?? ''
  put('audited', check === null ? '' : checks.counted(check.runs, check.failures))
  put('scheduled', !offer.available ? '' : offer.every_seconds ? checks.every(Math.round(offer.every_seconds / 60)) : checks.onlyAsked)
  part(document, '#check', HTMLButtonElement).setAttribute('aria-disabled', String(isRunning || !offer.available))
  part(document, '#checks', HTMLElement).hidden = !check?.causes.length
  drawRows('#checks tbody', (check?.causes ?? []).map(({cause, outcome, before, after, over}) => [
    causeOf(cause), amount(before.messages), amount(after.messages + after.secrets + over.messages + over.cards + over.secrets),
    amount(Math.round(after.searched_bytes / 1_048_576)), checks.outcomes[outcome],
  ]))
}

/** @param {string} cause */
const causeOf = cause => /** @type {Record<string, string>} */ (words.causes)[cause] ?? cause

/** @param {string} selector of a table's body @param {string[][]} rows */
function drawRows(selector, rows) {
  const body = part(document, selector, HTMLElement)
  if (body.children.length !== rows.length) {
    body.replaceChildren(...rows.map(([first = '', ...cells]) => {
      const header = make('th', '', first)
      header.scope = 'row'
      return make('tr', '', header, ...cells.map(cell => make('td', '', cell)))
    }))
  }
  rows.forEach((cells, row) => cells.forEach((cell, column) => {
    const place = body.children[row]?.children[column]
    if (place) setText(place, cell)
  }))
}

void new CompliancePage().open()
