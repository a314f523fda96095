/** What a key means while the list has the focus. Single letters work nowhere else (WCAG 2.1.4). */

/** @typedef {{do: 'focus', row: HTMLElement} | {do: 'chat' | 'information' | 'keys', row: HTMLElement}} Meant */

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} rows that can be reached, in order
 * @param {{hasLetters: boolean}} options
 * @returns {Meant | null}
 */
export function readRowKey(event, rows, {hasLetters}) {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof Element)) return null
  const row = event.target.closest('.row')
  if (!(row instanceof HTMLElement)) return null
  const index = rows.indexOf(row)
  const last = rows.length - 1
  const moves = {ArrowDown: Math.min(last, index + 1), ArrowUp: Math.max(0, index - 1), Home: 0, End: last}
  const to = rows[moves[/** @type {keyof typeof moves} */ (event.key)]]
  if (to) return {do: 'focus', row: to}
  // On a button inside the row, Enter presses that button.
  if (event.key === 'Enter') return event.target === row ? {do: 'chat', row} : null
  if (!hasLetters) return null
  const letter = event.key.toLowerCase()
  if (letter === 'c') return {do: 'chat', row}
  if (letter === 'i') return {do: 'information', row}
  return event.key === '?' ? {do: 'keys', row} : null
}
