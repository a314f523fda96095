/** The few things that every element does with nodes. */

const svgNamespace = 'http://www.w3.org/2000/svg'

/**
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T}
 */
export function part(root, selector, type) {
  const found = root.querySelector(selector)
  if (!(found instanceof type)) throw new Error(`the page has no ${selector}`)
  return found
}

/**
 * @param {string} id of a template in the page
 * @returns {DocumentFragment} a fresh copy, its elements already upgraded
 */
export function copyOf(id) {
  return document.importNode(part(document, `template#${id}`, HTMLTemplateElement).content, true)
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, className = '', ...children) {
  const element = document.createElement(tag)
  if (className !== '') element.className = className
  element.append(...children)
  return element
}

/**
 * @param {string} name a symbol in the page
 * @param {{isSmall?: boolean, flips?: boolean}} [options] `flips` where it shows a direction
 */
export function icon(name, options = {}) {
  const svg = document.createElementNS(svgNamespace, 'svg')
  svg.setAttribute('class', `i${options.isSmall ? ' i--sm' : ''}${options.flips ? ' i--flip' : ''}`)
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS(svgNamespace, 'use')
  use.setAttribute('href', `#i-${name}`)
  svg.append(use)
  return svg
}

/**
 * Writes a text only if it is another one: a selection in it, and a screen reader on it, stay.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text
}

/** @param {Element} element @param {string} name @param {string | null} value */
export function setAttribute(element, name, value) {
  if (value === null) element.removeAttribute(name)
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value)
}

/** @param {HTMLElement} element @param {boolean} isHidden */
export function setHidden(element, isHidden) {
  if (element.hidden !== isHidden) element.hidden = isHidden
}

/** @param {Event} event @returns {HTMLButtonElement | null} the button that was pressed */
export function buttonOf(event) {
  return event.target instanceof Element ? event.target.closest('button') : null
}

/** @param {number} count @returns {string} what a badge has room for; its name says the number */
export const capped = count => (count > 99 ? '99+' : String(count))

/** Whether the person is looking at this page now, and can read it. */
export function isAttended() {
  return !('veiled' in document.documentElement.dataset) && document.visibilityState === 'visible' && document.hasFocus()
}
