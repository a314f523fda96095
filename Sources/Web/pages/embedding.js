/**
 * The patient's page in a frame of another site, whose script is `lethe-chat.js`.
 *
 * To the site: how many messages are unread, and that the person pressed Escape. From it: that the
 * panel has been opened or closed. Nothing else crosses, in either direction, and only between this
 * page and an origin that the operator listed. Whether the site may frame the page at all is for the
 * browser to enforce: `frame-ancestors`.
 */

export class Embedding {
  #opened
  /** @type {readonly string[] | null} null until the room has said */
  #allowed = null
  /** @type {MessageEvent | null} what came before that; the last word counts */
  #early = null
  /** @type {string | null} the site's origin, once it has spoken */
  #site = null
  #unread = 0

  /** @param {() => void} opened called when the panel has been opened */
  constructor(opened) {
    this.#opened = opened
    if (window.parent === window) return
    keepFocusWhereItIs()
    window.addEventListener('message', event => this.#hear(event))
    document.addEventListener('keydown', event => this.#steer(event))
  }

  /** @param {readonly string[]} origins that may embed this page */
  allow(origins) {
    this.#allowed = origins
    const early = this.#early
    this.#early = null
    if (early) this.#hear(early)
  }

  /** @param {number} count */
  set unread(count) {
    if (count === this.#unread) return
    this.#unread = count
    this.#say({type: 'lethe.unread', unread: count})
  }

  /** @param {MessageEvent} event */
  #hear(event) {
    const {source, origin, data} = event
    if (source !== window.parent || (data?.type !== 'lethe.open' && data?.type !== 'lethe.close')) return
    if (this.#allowed === null) {
      this.#early = event
      return
    }
    if (!this.#allowed.includes(origin)) return
    if (this.#site === null) {
      this.#site = origin
      this.#say({type: 'lethe.unread', unread: this.#unread})
    }
    if (data.type !== 'lethe.open') return
    // The site gives the focus to the frame and says so, and either may arrive first.
    if (document.hasFocus()) this.#opened()
    else window.addEventListener('focus', () => this.#opened(), {once: true})
  }

  /**
   * What had opened over the page has closed by now, and said so.
   *
   * @param {KeyboardEvent} event
   */
  #steer(event) {
    const isComposing = event.isComposing || event.keyCode === 229
    if (event.key === 'Escape' && !event.defaultPrevented && !isComposing) this.#say({type: 'lethe.close'})
  }

  /** @param {{type: 'lethe.unread', unread: number} | {type: 'lethe.close'}} news */
  #say(news) {
    if (this.#site !== null) window.parent.postMessage(news, this.#site)
  }
}

/**
 * In a page of one's own, moving the focus while another window has it prepares for the return. Out of a
 * frame the same call takes the focus from a form that somebody fills in on the site around it.
 */
function keepFocusWhereItIs() {
  const {focus} = HTMLElement.prototype
  /** @this {HTMLElement} @param {FocusOptions} [options] */
  HTMLElement.prototype.focus = function (options) {
    if (document.hasFocus()) focus.call(this, options)
  }
}
