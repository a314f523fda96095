/** What a page loads once it can be used: its list is a template of links in the page's HTML. */

import {copyOf} from '../elements/parts.js'

/** @type {Set<string>} */
const asked = new Set()

/**
 * Asks for all files of the list at once, and runs the module that they belong to.
 *
 * @template T
 * @param {string} template
 * @param {() => Promise<T>} run
 * @returns {Promise<T>}
 */
export async function loadStage(template, run) {
  const links = /** @type {HTMLLinkElement[]} */ ([...copyOf(template).children])
  const missing = links.filter(link => !asked.has(link.href))
  const sheets = missing.filter(link => link.rel === 'stylesheet').map(load)
  for (const link of missing) if (link.rel !== 'stylesheet') asked.add(link.href)
  document.head.append(...missing)
  const [module] = await Promise.all([run(), ...sheets])
  return module
}

/** @param {HTMLLinkElement} sheet without it the page would be there and look like nothing */
function load(sheet) {
  return new Promise((resolve, reject) => {
    sheet.addEventListener('load', () => {
      asked.add(sheet.href)
      resolve(undefined)
    })
    sheet.addEventListener('error', () => {
      sheet.remove()
      reject(new TypeError(sheet.href))
    })
  })
}
