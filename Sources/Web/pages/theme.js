/** Light, dark, or as the system has it. */

import {part} from '../elements/parts.js'

/** @param {import('./choices.js').Choices['theme']} theme */
export function showTheme(theme) {
  const dark = part(document, '#dark', HTMLLinkElement)
  dark.media = theme === '' ? '(prefers-color-scheme: dark)' : theme === 'dark' ? 'all' : 'not all'
  // What the browser draws itself: scroll bars, lists to choose from.
  document.documentElement.style.colorScheme = theme
}
