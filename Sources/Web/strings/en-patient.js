/** What the waiting room says of the wait, and what makes it easier. */

export const wait = Object.freeze({
  label: 'Estimate',
  unknown: "We can't estimate yet",
  /** @param {number} low @param {number} high minutes */
  range: (low, high) => `About ${low}–${high} min`,
  /** @param {number} high minutes */
  under: high => `Under ${high} min`,
  overAnHour: 'More than an hour',
  from: 'The estimate comes from how your place has moved.',
})

export const quick = Object.freeze({
  label: 'Quick messages',
  cannotHear: "I can't hear you",
  moreTime: 'I need more time',
  leaving: 'Leaving',
})

export const comfort = Object.freeze({
  heading: 'While you wait',
  awake: 'Keep my screen on',
  awakeStates: {
    on: "On. Your phone won't lock on this page.",
    off: 'Off. If your phone locks, your place is kept for a while.',
    refused: 'Your phone does not allow it now. It may be saving battery.',
    none: "This browser can't keep the screen on.",
  },
  sound: 'Play a sound when I get a message',
  soundStates: {
    on: 'On. Check that your phone is not muted.',
    off: 'Off',
    blocked: 'Your browser blocks it. Press here again.',
    none: "This browser can't play it.",
  },
})
