/**
 * The patient's page: check-in first, and with it only what a form needs. The waiting room's modules
 * follow while somebody types. The page keeps nothing in the browser.
 */

import {CheckInElement} from '../elements/check-in.js'
import {CheckedInEvent} from '../elements/events.js'
import {LanguageChoiceElement} from '../elements/language-choice.js'
import {PageAnnouncerElement} from '../elements/page-announcer.js'
import {copyOf, icon, make, part} from '../elements/parts.js'
import {word} from '../elements/wording.js'
import {isAvailable} from '../relay/availability.js'
import {offered, words} from '../strings/index.js'
import {Embedding} from './embedding.js'
import {showEmergency} from './emergency.js'
import {PageLanguage} from './language.js'
import {loadStage} from './later.js'
import {readRoom} from './room.js'

customElements.define('check-in', CheckInElement)
customElements.define('language-choice', LanguageChoiceElement)
customElements.define('page-announcer', PageAnnouncerElement)

/** @typedef {{name: string, reason: string, rejoin: string}} Answers */
/** @typedef {'code' | 'missing' | null} Problem */
/** @typedef {import('./patient-visit.js').PatientVisit} PatientVisit */

export class PatientPage {
  app = part(document, '#app', HTMLElement)
  announcer = part(document, 'page-announcer', PageAnnouncerElement)
  /** @type {import('./room.js').Room | null} */
  room = null
  embedding = new Embedding(() => this.#takeFocus())
  #language = new PageLanguage('patient', () => this.#reword())
  /** @type {PatientVisit | null} */
  #visit = null
  /** @type {Answers | null} what was typed, until it has served */
  #answers = null
  /** Draws what is on the screen, if it is no visit, again in another language. */
  #draw = () => {}
  /** The check-in that is on its way, if it is still the last one. */
  #arrival = 0

  async open() {
    const reading = readRoom()
    const wanted = wantedLanguages()
    if (wanted.length > 0) await this.#language.begin(wanted)
    this.room = await reading
    if (wanted.length === 0) await this.#language.begin(this.room?.languages ?? [])
    this.#showFrame()
    window.addEventListener('pagehide', () => this.#visit?.hide())
    window.addEventListener('pageshow', event => event.persisted && this.#visit?.comeBack())
    window.addEventListener('beforeunload', event => this.#warn(event))
    if (isAvailable()) this.showCheckIn()
    else this.#showUnprotected()
    this.embedding.allow(this.room?.frame_ancestors ?? [])
    if (isAvailable()) afterPaint(() => void loadVisit().catch(() => {}))
  }

  /** Without the browser's cryptography there is no chat: nothing is ever sent that is not sealed. */
  #showUnprotected() {
    this.put('unprotected-template', () => words.patient.title)
    this.showFact('nostore', words.notStored, true)
    part(this.app, 'h1', HTMLElement).focus()
  }

  /** @param {Problem} [problem] */
  showCheckIn(problem = null) {
    this.#end()
    this.put('check-in-template', () => words.patient.checkInTitle)
    const form = part(this.app, 'check-in', CheckInElement)
    const draw = () => {
      form.view = {displayName: this.room?.display_name ?? null, hours: this.room?.hours ?? null, problem}
      this.showFact('nostore', words.notStored, true)
    }
    draw()
    this.keepDrawing(draw)
    form.addEventListener(CheckedInEvent.type, event => void this.#checkIn(/** @type {CheckedInEvent} */ (event)))
    if (problem === null || !this.#answers) return
    form.fill(this.#answers)
    if (problem === 'code') form.focusCode()
    this.announcer.alert(problem === 'code' ? words.patient.codeError : words.patient.notLoaded)
  }

  /** @param {Answers} answers */
  async #checkIn({name, reason, rejoin}) {
    this.#answers = {name, reason, rejoin}
    const arrival = (this.#arrival += 1)
    const later = await this.#loadVisit()
    if (arrival !== this.#arrival) return
    if (later === null) return this.showCheckIn('missing')
    const visit = await later.PatientVisit.make({name, reason, rejoin}, this)
    if (arrival !== this.#arrival || this.#visit) return
    this.#visit = visit
    visit.start()
  }

  /** What is not there yet, when somebody has typed faster than the network. */
  async #loadVisit() {
    const form = part(this.app, 'check-in', CheckInElement)
    const waiting = setTimeout(() => {
      form.isBusy = true
      this.announcer.say(words.patient.arriving)
    }, moment)
    try {
      return await loadVisit()
    } catch {
      return null
    } finally {
      clearTimeout(waiting)
    }
  }

  /** The place is taken: what was typed has served. */
  forgetAnswers() {
    this.#answers = null
  }

  /** @param {string} template @param {() => string} title */
  put(template, title) {
    const copy = copyOf(template)
    word(copy)
    showEmergency(copy, this.room)
    // Before the header, so that nothing comes before it.
    part(document, '#skip', HTMLElement).replaceChildren(...copy.querySelectorAll('.skip'))
    this.app.replaceChildren(copy)
    document.title = title()
    this.keepDrawing(() => {})
    this.#title = title
    this.embedding.unread = 0
    scrollTo(0, 0)
  }

  #title = () => ''

  /** @param {() => void} draw what is to be drawn again in another language */
  keepDrawing(draw) {
    this.#draw = draw
  }

  /** @param {string} name @param {string} text @param {boolean} isGood */
  showFact(name, text, isGood) {
    const fact = part(document, '#link-fact', HTMLElement)
    if (fact.dataset.text === text) return
    fact.dataset.text = text
    fact.classList.toggle('fact--off', !isGood)
    fact.replaceChildren(icon(name, {isSmall: true}), make('span', '', text))
  }

  #showFrame() {
    part(document, '#brand', HTMLElement).textContent = this.room?.display_name ?? words.patient.title
    const build = this.room ? `${words.brand} ${this.room.build}` : ''
    part(document, '#build', HTMLElement).textContent = build
  }

  #reword() {
    this.#showFrame()
    showEmergency(document, this.room)
    document.title = this.#title()
    this.#draw()
    this.#visit?.reword()
  }

  /** The panel of the page around this one was opened: to where one writes, unless focus is somewhere. */
  #takeFocus() {
    if (document.activeElement !== document.body && document.activeElement !== null) return
    if (!this.#visit?.takeFocus()) part(this.app, 'h1', HTMLElement).focus()
  }

  /** @param {BeforeUnloadEvent} event */
  #warn(event) {
    if (!this.#visit?.hasSomethingToLose) return
    event.preventDefault()
    event.returnValue = true
  }

  #end() {
    this.#arrival += 1
    this.#visit?.end()
    this.#visit = null
  }
}

const moment = 300

/** What the page asks for by itself; a site around it may say a language in the fragment. */
function wantedLanguages() {
  const [, given] = /(?:^#|&)lang=([a-z]{2})\b/i.exec(location.hash) ?? []
  const tags = [...(given === undefined ? [] : [given]), ...navigator.languages]
  return tags.filter(tag => offered.patient.some(known => known === tag.toLowerCase().split('-')[0]))
}

/** @type {Promise<typeof import('./patient-visit.js')> | null} */
let loading = null

/** What the waiting room needs. One that failed is tried again by the next check-in. */
function loadVisit() {
  loading ??= loadStage('visit-stage', () => import('./patient-visit.js')).catch(error => {
    loading = null
    throw error
  })
  return loading
}

/** @param {() => void} act once the form is on the screen */
function afterPaint(act) {
  requestAnimationFrame(() => setTimeout(act))
  // A page that is not shown has no frames.
  if (document.visibilityState === 'hidden') setTimeout(act)
}

void new PatientPage().open()
