/** What stands around the console's chats: guard, notes, keys, blur, wipe and paper. */

import * as events from '../elements/console-events.js'
import {KeysPanelElement} from '../elements/keys-panel.js'
import {part} from '../elements/parts.js'
import {erasedBy} from '../relay/queue.js'
import {copyChats} from './chart.js'
import {CloseLesson} from './close-lesson.js'
import {PanicWipe} from './panic-wipe.js'
import {Paper} from './paper.js'
import {Veil} from './veil.js'
import {VisitNotes} from './visit-notes.js'

/** @typedef {import('../relay/queue.js').Queue} Queue */
/** @typedef {import('../elements/queue-row.js').Row} Row */

export class ConsoleTools {
  notes = new VisitNotes()
  veil
  panic
  #console
  #root
  #lesson
  #paper

  /** @param {import('./console.js').Console} console @param {HTMLElement} root @param {AbortSignal} signal */
  constructor(console, root, signal) {
    this.#console = console
    this.#root = root
    this.#lesson = new CloseLesson(root, signal)
    this.reword()
    this.veil = new Veil({root, signal, changed: said => this.#redraw(said)})
    this.panic = new PanicWipe({console, root, signal, forget: () => this.#forget()})
    this.#paper = new Paper({console, signal, mayPrint: () => !this.veil.isOn})
    /**
     * @template {Event} E
     * @param {{type: string, new (...given: any[]): E}} kind
     * @param {(event: E) => void} act
     */
    const on = (kind, act) => root.addEventListener(kind.type, event => act(/** @type {E} */ (event)), {signal})
    on(events.CopiedFirstEvent, event => this.#copyFirst(event))
    on(events.FlagToggledEvent, ({visit, flag}) => {
      this.notes.toggle(visit, flag)
      console.draw()
    })
    on(events.NoteWrittenEvent, ({visit, text}) => this.notes.write(visit, text))
    on(events.KeysRequestedEvent, () => part(root, 'keys-panel', KeysPanelElement).open())
    on(events.LettersChosenEvent, ({isOn}) => (console.queue.hasLetterKeys = isOn))
  }

  /** What a drawing means, for whoever points at it. */
  reword() {
    for (const button of this.#root.querySelectorAll(':is(.topbar__tools button[aria-label], .chat__print)')) {
      const keys = button.getAttribute('aria-keyshortcuts')
      button.setAttribute('title', [button.getAttribute('aria-label'), keys && `(${keys})`].filter(Boolean).join(' '))
    }
  }

  /** Before anything is drawn: what has lost its chat or its visit goes. */
  follow() {
    this.notes.follow(this.#console.session.desk)
    this.panic.follow()
  }

  /** @param {Record<keyof Queue, Row[]>} queue @returns {Record<keyof Queue, Row[]>} */
  mark({waiting, inCall, ended}) {
    const isVeiled = this.veil.isOn
    /** @param {Row[]} rows */
    const mark = rows => rows.map(row => ({...row, flags: this.notes.flags(row.visit), isVeiled}))
    return {waiting: mark(waiting), inCall: mark(inCall), ended: mark(ended)}
  }

  /** @returns {boolean} whether the first use of the X is still to be explained */
  learnClosing() {
    return this.#lesson.learn(this.#root)
  }

  close() {
    this.notes.clear()
    this.veil.stop()
    this.#paper.clear()
  }

  /** @param {string} said */
  #redraw(said) {
    this.#console.draw()
    this.#console.say(said)
  }

  #forget() {
    this.notes.clear()
    this.#console.box.composer.keepOnly(new Set())
  }

  /** @param {events.CopiedFirstEvent} event */
  #copyFirst({visit, startsCall}) {
    const chats = erasedBy(this.#console.session.desk, visit, {startsCall}).filter(chat => chat.needsCopy)
    if (chats.length > 0) void copyChats(this.#console, chats)
  }
}
