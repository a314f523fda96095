/**
 * Where rows stand while somebody is about to press one. Nothing that is already there moves; what is
 * new comes at an end, if that pushes nothing away. The rest waits until the list is let go.
 */

/** @typedef {'waiting' | 'in_call' | 'ended'} Section */
/** @typedef {Record<Section, string[]>} Order keys of rows */

/** From top to bottom. */
export const sections = /** @type {const} */ (['waiting', 'in_call', 'ended'])

/** @returns {Order} */
export const emptyOrder = () => ({waiting: [], in_call: [], ended: []})

/**
 * @param {Order} current
 * @param {Order} wanted
 * @param {{isHeld: boolean, isPointedAt: boolean}} how
 * @returns {{order: Order, isBehind: boolean}}
 */
export function settle(current, wanted, {isHeld, isPointedAt}) {
  if (!isHeld) return {order: wanted, isBehind: false}
  const known = new Set(sections.flatMap(section => wanted[section]))
  const order = emptyOrder()
  for (const section of sections) order[section] = current[section].filter(key => known.has(key))
  const placed = new Set(sections.flatMap(section => order[section]))
  sections.forEach((section, index) => {
    const hasBelow = sections.slice(index + 1).some(below => order[below].length > 0)
    if (isPointedAt && hasBelow) return
    const keys = wanted[section]
    let first = keys.length
    while (first > 0 && !placed.has(keys[first - 1] ?? '')) first -= 1
    order[section].push(...keys.slice(first))
  })
  return {order, isBehind: sections.some(section => order[section].join() !== wanted[section].join())}
}
