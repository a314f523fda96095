/**
 * @param {string} text
 * @returns {Promise<boolean>} whether the clipboard has it
 */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Refused by the browser or the person; the page says how to copy by hand.
    return false
  }
}
