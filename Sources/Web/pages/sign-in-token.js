/**
 * The provider's sign-in token: it arrives in the fragment of the link, which no server ever sees,
 * and leaves the address bar at once. It is one of two things that Lethe may keep in a browser (D10):
 * in `sessionStorage`, so that a refreshed console can sign itself in, as a new session.
 */

const key = 'lethe.signin.v1'

export class SignInToken {
  #token = ''

  /** @returns {boolean} whether the address brought a token, and not the place that a skip link leads to */
  takeFromAddress() {
    if (location.hash.length < 2 || /^#[a-z-]+$/.test(location.hash)) return false
    this.#token = location.hash.slice(1)
    history.replaceState(null, '', location.pathname)
    return true
  }

  /** @param {boolean} mayStore as the clinic's configuration says */
  keep(mayStore) {
    try {
      if (!mayStore) sessionStorage.removeItem(key)
      else if (this.#token !== '') sessionStorage.setItem(key, this.#token)
      else this.#token = sessionStorage.getItem(key) ?? ''
    } catch {
      // Storage is switched off in this browser: the token stays in memory.
    }
  }

  get value() {
    return this.#token
  }

  forget() {
    this.#token = ''
    try {
      sessionStorage.removeItem(key)
    } catch {
      // There is nothing to remove from.
    }
  }
}
