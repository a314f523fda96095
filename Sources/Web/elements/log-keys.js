/** Arrow keys from message to message while the log, or a message in it, has the focus. */

/** @param {KeyboardEvent} event @param {HTMLElement} log */
export function steerMessages(event, log) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
  const messages = /** @type {HTMLElement[]} */ ([...log.querySelectorAll('.m')])
  const last = messages.length - 1
  const here = messages.findIndex(message => message === document.activeElement)
  if (here < 0 && document.activeElement !== log) return
  const moves = {
    ArrowUp: here < 0 ? last : Math.max(0, here - 1),
    ArrowDown: here < 0 ? last : Math.min(last, here + 1),
    Home: 0,
    End: last,
  }
  const next = messages[moves[/** @type {keyof typeof moves} */ (event.key)]]
  if (!next) return
  next.focus()
  next.scrollIntoView({block: 'nearest'})
  event.preventDefault()
}
