/**
 * `<lethe-chat room="…">`, for other sites: a button that opens the patient's page in a frame.
 *
 * Everything that is said stays in that frame, which has the relay's origin and which the page around
 * it cannot read. What crosses is a number and two words: how much is unread, open, close; and the site's language, once.
 * `docs/embedding.md` says how to use it. A classic script, since a module would need CORS; the style
 * sheet is made by script, so that a strict `style-src` of the page has nothing to forbid.
 */
(() => {
  'use strict'
  const script = document.currentScript
  if (!(script instanceof HTMLScriptElement) || customElements.get('lethe-chat')) return
  const relay = new URL(script.src).origin

  /** @typedef {{name: string, hide: string, unread: Partial<Record<Intl.LDMLPluralRule, string>> & {other: string}}} Words */
  /** @type {Record<string, Words>} */
  const catalogue = {
    en: {
      name: 'Chat with the clinic',
      hide: 'Hide chat',
      unread: {one: '{n} unread message', other: '{n} unread messages'},
    },
    es: {
      name: 'Chat con la clínica',
      hide: 'Ocultar el chat',
      unread: {one: '{n} mensaje sin leer', many: '{n} de mensajes sin leer', other: '{n} mensajes sin leer'},
    },
    ar: {
      name: 'الدردشة مع العيادة',
      hide: 'إخفاء الدردشة',
      unread: {
        one: 'رسالة واحدة غير مقروءة',
        two: 'رسالتان غير مقروءتين',
        few: '{n} رسائل غير مقروءة',
        many: '{n} رسالة غير مقروءة',
        other: '{n} رسالة غير مقروءة',
      },
    },
  }

  const style = `
    :host { all: initial; --edge: 16px; --safe-inline: max(env(safe-area-inset-left, 0px), env(safe-area-inset-right, 0px));
      --safe-end: env(safe-area-inset-bottom, 0px); --accent: #0b5cad; --strong: #094a8c; --on: #fff; --surface: #fff; --text: #1b2126;
      position: fixed; z-index: 2147483000; display: block; font: 600 16px/1.4 system-ui, sans-serif;
      inset-block-end: calc(var(--edge) + var(--safe-end)); inset-inline-end: calc(var(--edge) + var(--safe-inline)) }
    :host([hidden]) { display: none }
    button { font: inherit; cursor: pointer; border: 2px solid transparent; color: var(--on); background: var(--accent) }
    button:hover { background: var(--strong) }
    button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; box-shadow: 0 0 0 2px var(--surface) }
    .launcher { position: relative; display: grid; place-items: center; box-sizing: border-box; width: 56px; height: 56px; padding: 0;
      border-radius: 50%; box-shadow: 0 1px 2px rgb(27 33 38 / .16), 0 8px 24px rgb(27 33 38 / .24) }
    svg { width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round }
    .count { position: absolute; inset-block-start: -6px; inset-inline-end: -6px; box-sizing: border-box; min-width: 24px; padding: 0 6px;
      border: 2px solid var(--surface); border-radius: 999px; font-size: 13px; line-height: 20px; text-align: center; color: #fff; background: #c62828 }
    .count[hidden] { display: none }
    dialog { position: fixed; box-sizing: border-box; inset: auto; inset-inline-end: calc(var(--edge) + var(--safe-inline));
      inset-block-end: calc(var(--edge) + var(--safe-end) + 56px + 12px); margin: 0; padding: 0; width: 380px; height: 600px;
      max-width: calc(100vw - 2 * var(--edge)); max-height: calc(100dvh - var(--safe-end) - 100px); display: flex; flex-direction: column;
      overflow: hidden; border: 1px solid rgb(117 128 139 / .5); border-radius: 12px; color: var(--text); background: var(--surface);
      box-shadow: 0 1px 2px rgb(27 33 38 / .08), 0 8px 24px rgb(27 33 38 / .24) }
    dialog:not([open]) { visibility: hidden }
    dialog::backdrop { background: transparent }
    iframe { flex: 1; min-height: 0; width: 100%; border: 0; background: var(--surface) }
    .bar { display: none; justify-content: flex-end; padding-block-start: env(safe-area-inset-top, 0px); padding-inline: var(--safe-inline) }
    .hide { min-height: 44px; padding: 0 16px; color: var(--accent); background: none; border-radius: 8px }
    .hide:hover { background: none; text-decoration: underline }
    .hide:focus-visible { outline-offset: -4px; box-shadow: none }
    .said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
    @media (max-width: 479.98px) {
      dialog { inset: 0; width: 100%; height: 100%; max-width: none; max-height: none; border: 0; border-radius: 0 }
      .bar { display: flex }
    }
    @media (prefers-color-scheme: dark) {
      :host { --accent: #8cc4ff; --strong: #b4d9ff; --on: #06213f; --surface: #14181c; --text: #e6eaee }
    }
    @media print { :host { display: none } }`

  /**
   * What the page in the frame gets, and why: its scripts, its own origin (the relay compares it), the
   * check-in form, the question before unsent words are lost, links and the emergency number.
   */
  const sandbox = 'allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox'

  class LetheChat extends HTMLElement {
    #launcher = make('button', 'launcher', bubble())
    #count = make('span', 'count')
    #said = make('span', 'said')
    #hide = make('button', 'hide')
    #panel = make('dialog', '', make('div', 'bar', this.#hide))
    #isNarrow = matchMedia('(max-width: 479.98px)')
    /** @type {HTMLIFrameElement | null} made when it is first opened */
    #frame = null
    /** Before, the frame is an empty page of the site's own origin. */
    #isLoaded = false
    /** @type {AbortController | undefined} */
    #listeners
    #unread = 0

    constructor() {
      super()
      const root = this.attachShadow({mode: 'closed'})
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(style)
      root.adoptedStyleSheets = [sheet]
      this.#launcher.type = this.#hide.type = 'button'
      this.#launcher.append(this.#count)
      this.#count.setAttribute('aria-hidden', 'true')
      this.#said.setAttribute('role', 'status')
      // In this order: what was opened comes before the button, as it does on the screen.
      root.append(this.#panel, this.#launcher, this.#said)
      this.#launcher.addEventListener('click', () => (this.#panel.open ? this.close() : this.open()))
      this.#hide.addEventListener('click', () => this.close())
      this.#panel.addEventListener('cancel', event => {
        event.preventDefault()
        this.close()
      })
      root.addEventListener('keydown', event => {
        if (/** @type {KeyboardEvent} */ (event).key === 'Escape') this.close()
      })
    }

    connectedCallback() {
      this.#listeners = new AbortController()
      const {signal} = this.#listeners
      addEventListener('message', event => this.#hear(event), {signal})
      this.#isNarrow.addEventListener('change', () => this.#panel.open && this.#show(), {signal})
      this.#draw()
    }

    disconnectedCallback() {
      this.#listeners?.abort()
      this.close()
      this.#frame?.remove()
      this.#frame = null
      this.#isLoaded = false
      this.#unread = 0
    }

    open() {
      if (this.#panel.open || !this.isConnected) return
      this.#frame ??= this.#makeFrame()
      this.#show()
      this.#tell()
      this.#draw()
    }

    /** Hides the panel. The page in it stays, and so does the patient's place. */
    close() {
      if (!this.#panel.open) return
      const hadFocus = document.activeElement === this
      this.#panel.close()
      if (hadFocus) this.#launcher.focus()
      this.#tell()
      this.#draw()
    }

    #show() {
      this.#panel.close()
      if (this.#isNarrow.matches) this.#panel.showModal()
      else this.#panel.show()
      this.#focusFrame()
    }

    #focusFrame() {
      this.#frame?.blur()
      this.#frame?.focus()
    }

    #makeFrame() {
      const room = this.getAttribute('room') ?? ''
      if (!/^[a-z0-9-]{1,40}$/.test(room)) throw new Error(`lethe-chat: room is “${room}”, expected the name of a waiting room`)
      const frame = make('iframe')
      frame.setAttribute('sandbox', sandbox)
      // For what a patient may copy, and for a phone that must not lock while they wait. A sound begins with
      // a press in the frame, so it needs nothing. Camera, microphone and place are nobody's business here.
      frame.allow = 'clipboard-write; screen-wake-lock'
      frame.referrerPolicy = 'no-referrer'
      frame.title = this.#words.name
      frame.addEventListener('load', () => {
        this.#isLoaded = true
        // The focus was given to the empty page before, and does not pass to what replaces it by itself.
        if (this.#panel.open && document.activeElement === this) this.#focusFrame()
        this.#tell()
      })
      // In the fragment, which no server is told. Without one that it has, the page asks the browser.
      frame.src = `${relay}/r/${room}${Object.hasOwn(catalogue, this.#given) ? `#lang=${this.#given}` : ''}`
      this.#panel.append(frame)
      return frame
    }

    #tell() {
      if (!this.#isLoaded) return
      this.#frame?.contentWindow?.postMessage({type: this.#panel.open ? 'lethe.open' : 'lethe.close'}, relay)
    }

    /** @param {MessageEvent} event */
    #hear({origin, source, data}) {
      if (origin !== relay || source === null || source !== this.#frame?.contentWindow) return
      if (data?.type === 'lethe.close') this.close()
      else if (data?.type === 'lethe.unread' && Number.isSafeInteger(data.unread) && data.unread >= 0) {
        this.#unread = data.unread
        this.#draw()
      }
    }

    #draw() {
      const {name, hide, unread} = this.#words
      const rule = new Intl.PluralRules(this.#language).select(this.#unread)
      const number = new Intl.NumberFormat(this.#language).format(this.#unread)
      const waiting = this.#unread === 0 ? '' : (unread[rule] ?? unread.other).replace('{n}', number)
      const comma = this.#language === 'ar' ? '، ' : ', '
      this.#launcher.setAttribute('aria-label', waiting === '' ? name : name + comma + waiting)
      this.#launcher.setAttribute('aria-expanded', String(this.#panel.open))
      this.#panel.setAttribute('aria-label', name)
      this.#hide.textContent = hide
      this.#count.hidden = waiting === ''
      this.#count.textContent = this.#unread > 99 ? '99+' : number
      // While it is open, the page in it speaks for itself.
      const said = this.#panel.open ? '' : waiting
      if (this.#said.textContent !== said) this.#said.textContent = said
    }

    /** What the site around it speaks. */
    get #given() {
      return this.closest('[lang]')?.getAttribute('lang')?.toLowerCase().split('-')[0] ?? ''
    }

    get #language() {
      return Object.hasOwn(catalogue, this.#given) ? this.#given : 'en'
    }

    get #words() {
      return /** @type {Words} */ (catalogue[this.#language])
    }
  }

  /**
   * @template {keyof HTMLElementTagNameMap} Tag
   * @param {Tag} tag
   * @param {string} [className]
   * @param {...Node} children
   */
  function make(tag, className = '', ...children) {
    const element = document.createElement(tag)
    if (className !== '') element.className = className
    element.append(...children)
    return element
  }

  function bubble() {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
    svg.setAttribute('viewBox', '0 0 24 24')
    svg.setAttribute('aria-hidden', 'true')
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
    path.setAttribute('d', 'M12 4.5c-4.7 0-8 2.9-8 6.7 0 2.2 1.1 4 2.8 5.3L6 20l3.8-2.1c.7.1 1.4.2 2.2.2 4.7 0 8-3 8-6.9s-3.3-6.7-8-6.7ZM8.5 11.3h.01M12 11.3h.01M15.5 11.3h.01')
    svg.append(path)
    return svg
  }

  customElements.define('lethe-chat', LetheChat)
})()
