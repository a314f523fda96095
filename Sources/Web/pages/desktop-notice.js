/**
 * One desktop notification at a time, which says what kind of thing happened and nothing of whom:
 * systems keep what they showed, so anything in it would be stored (F90). Not configurable upward.
 */

import {words} from '../strings/index.js'

/** @typedef {import('../relay/alerts.js').AlertKind} AlertKind */
/** @typedef {'granted' | 'default' | 'denied' | 'none'} NoticeState `none`: this browser has no notifications */

/** The same for all, so that one takes the place of the other. */
const tag = 'lethe'

export class DesktopNotice {
  /** @type {Notification | null} */
  #shown = null
  /** Phones have the interface and refuse the notification itself. */
  #isUnusable = !('Notification' in window)
  /** @type {AlertKind | null} what is shown now; null for nothing, or a test */
  kind = null

  /** @returns {NoticeState} */
  get state() {
    return this.#isUnusable ? 'none' : Notification.permission
  }

  /** Asks the person, if nobody has: only ever after a press. @returns {Promise<NoticeState>} */
  async ask() {
    if (this.state === 'default') await Notification.requestPermission()
    return this.state
  }

  /** @param {AlertKind | 'test'} kind */
  show(kind) {
    if (this.state !== 'granted') return
    try {
      // The page makes its own sound. TypeScript's DOM does not know `renotify` any more; browsers do.
      const options = /** @type {NotificationOptions} */ ({tag, renotify: true, silent: true, lang: document.documentElement.lang})
      const notification = new Notification(words.alerts.notifications[kind], options)
      notification.addEventListener('click', () => {
        window.focus()
        notification.close()
      })
      this.#shown = notification
      this.kind = kind === 'test' ? null : kind
    } catch {
      this.#isUnusable = true
    }
  }

  close() {
    this.#shown?.close()
    this.#shown = null
    this.kind = null
  }
}
