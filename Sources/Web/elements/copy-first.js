/** The way out beside a control that would erase an uncopied chat. */

import {shortName} from '../relay/names.js'
import {words} from '../strings/index.js'
import {CopiedFirstEvent} from './console-events.js'
import {icon, make, setAttribute, setHidden} from './parts.js'
import {worded} from './wording.js'

/** @param {string} [className] @returns {HTMLButtonElement} */
export function copyFirstButton(className = '') {
  const button = make('button', `copy-first ${className}`.trim(), icon('copy', {isSmall: true}), worded(make('span'), 'guard.copyFirst'))
  button.type = 'button'
  return button
}

/** @param {HTMLElement} button @param {(string | null)[]} cost whose chats would go */
export function updateCopyFirst(button, cost) {
  setHidden(button, cost.length === 0)
  const [first = null] = cost
  setAttribute(button, 'aria-label', button.hidden ? null : whose(first, cost.length))
}

/** @param {string | null} name @param {number} count */
function whose(name, count) {
  if (count > 1) return words.guard.copyMany(count)
  return name === null ? words.guard.copyEnded : words.guard.copyNamed(shortName(name))
}

/**
 * Once copied, the button is gone: focus goes to what it stood beside.
 *
 * @param {HTMLElement} button
 * @param {HTMLElement} guarded
 * @param {{visit: number, startsCall: boolean}} action
 */
export function copyFirst(button, guarded, {visit, startsCall}) {
  if (button === document.activeElement) guarded.focus()
  button.dispatchEvent(new CopiedFirstEvent(visit, startsCall))
}
