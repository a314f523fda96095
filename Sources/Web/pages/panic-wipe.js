/** Erases every chat of this session at once, after one question, and says what came of it. */

import {part} from '../elements/parts.js'
import {words} from '../strings/index.js'

export class PanicWipe {
  #console
  #dialog
  #done
  /** @type {Set<number>} chats that are being erased */
  #going = new Set()
  #count = 0

  /**
   * @param {object} given
   * @param {import('./console.js').Console} given.console
   * @param {HTMLElement} given.root
   * @param {AbortSignal} given.signal
   * @param {() => void} given.forget drops what this page alone has
   */
  constructor({console, root, signal, forget}) {
    this.#console = console
    this.#done = forget
    this.#dialog = part(root, '#wipe', HTMLDialogElement)
    part(root, '#wipe-open', HTMLButtonElement).addEventListener('click', () => this.ask(), {signal})
    part(this.#dialog, '.wipe__yes', HTMLElement).addEventListener('click', () => this.#wipe(), {signal})
    part(this.#dialog, '.wipe__no', HTMLElement).addEventListener('click', () => this.#dialog.close(), {signal})
  }

  ask() {
    if (this.#dialog.open) return
    part(this.#dialog, '.wipe__body', HTMLElement).textContent = this.#written === 0 ? words.wipe.bodyEmpty : words.wipe.body(this.#written)
    this.#dialog.showModal()
  }

  /** Whether every chat that was to go has gone; said once. */
  follow() {
    if (this.#going.size === 0) return
    // The connection was gone already, and nobody knew.
    if (!this.#console.session.isOnline) return this.#eraseHere()
    for (const id of this.#going) if (!this.#console.session.desk.chats.has(id)) this.#going.delete(id)
    if (this.#going.size === 0) this.#console.showLine(doneOf(this.#count))
  }

  /** How many chats somebody has written in; the others are empty, and go too. */
  get #written() {
    return this.#console.session.desk.conversations.filter(({hasMessages}) => hasMessages).length
  }

  /** Each is forgotten here at once, and told to the service on the next socket. */
  #eraseHere() {
    const ids = [...this.#going]
    this.#going.clear()
    for (const conversation of ids) this.#console.link.handle({type: 'command', command: {type: 'close_chat', conversation}})
    this.#console.showLine(words.wipe.here(this.#count))
  }

  #wipe() {
    const {session, link, information, queue} = this.#console
    this.#dialog.close()
    information.close()
    this.#done()
    this.#count = this.#written
    this.#going = new Set(session.desk.chats.keys())
    if (!session.isOnline) this.#eraseHere()
    else link.handle({type: 'command', command: {type: 'wipe'}})
    if (session.isOnline && this.#going.size === 0) this.#console.showLine(doneOf(0))
    queue.focusNear(null)
  }
}

/** @param {number} count */
function doneOf(count) {
  return count === 0 ? words.wipe.doneEmpty : words.wipe.done(count)
}
