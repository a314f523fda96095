/**
 * Small predicates from which the shapes of commands and notices are put together. The relay reads
 * commands strictly (`docs/protocol.md`, "Commands"), so a page checks itself before it sends.
 */

/** @typedef {(value: unknown) => boolean} Check */
/** @typedef {Check & {isOptional?: true}} Member */
/** @typedef {Readonly<Record<string, Member>>} Shape */

/** @type {Check} */
export const boolean = value => typeof value === 'boolean'

/** @type {Check} */
export const string = value => typeof value === 'string'

/** @type {Check} an identifier, a time, a count */
export const count = value => Number.isSafeInteger(value) && /** @type {number} */ (value) >= 0

/** @type {Check} 32 bytes in base64url without padding */
export const secret = value => typeof value === 'string' && /^[\w-]{42}[AEIMQUYcgkosw048]$/.test(value)

/** @param {...number} byteCounts @returns {Check} bytes in base64url without padding */
export const sealed = (...byteCounts) => value =>
  typeof value === 'string' &&
  /^[\w-]*$/.test(value) &&
  value.length % 4 !== 1 &&
  byteCounts.includes(Math.floor((value.length * 3) / 4))

/** @type {Check} a page key, 65 bytes of which the first is 4 */
export const pageKey = value => sealed(65)(value) && /^B[A-P]/.test(/** @type {string} */ (value))

/** @param {number} least @param {number} most @returns {Check} */
export const integer = (least, most) => value =>
  Number.isSafeInteger(value) &&
  /** @type {number} */ (value) >= least &&
  /** @type {number} */ (value) <= most

/** @param {readonly unknown[]} values @returns {Check} */
export const oneOf = values => value => values.includes(value)

/** @param {Check} check @returns {Check} */
export const nullable = check => value => value === null || check(value)

/** @param {Check} check @param {number} most @returns {Check} */
export const list = (check, most) => value =>
  Array.isArray(value) && value.length <= most && value.every(check)

/** @param {Check} check @returns {Member} */
export const optional = check => {
  const isOptional = /** @type {const} */ (true)
  return Object.assign((/** @type {unknown} */ value) => check(value), {isOptional})
}

/** @param {Shape} shape @returns {Check} */
export const exactly = shape => value => fits(value, shape, true)

/**
 * @param {unknown} value
 * @param {Shape} shape
 * @param {boolean} isExact whether a member that the shape does not name is refused
 */
export function fits(value, shape, isExact) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const members = /** @type {Record<string, unknown>} */ (value)
  if (isExact && Object.keys(members).some(name => !Object.hasOwn(shape, name))) return false
  return Object.entries(shape).every(([name, member]) =>
    Object.hasOwn(members, name) ? member(members[name]) : member.isOptional === true,
  )
}
