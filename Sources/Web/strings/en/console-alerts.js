/**
 * What the console says about its alerts, in English. A notification's words are all that it ever
 * shows: the system that shows it may keep it, so there is no name and no text in them.
 */

const notifications = {
  arrival: 'Someone is waiting',
  message: 'New message in your queue',
  test: 'This is a test',
}

export const alerts = {
  notifications,
  sound: {ready: 'Sound on', off: 'Sound off', blocked: 'Sound blocked', none: 'No sound'},
  chip: {on: 'Alerts: on', off: 'Alerts: off', blocked: 'Alerts: blocked'},
  account: 'Account settings',
  hint: {
    ready: "You'll hear a chime when someone checks in.",
    blocked: 'Your browser plays no sound until you press something on this page.',
    off: 'Sound is off. Nothing will chime when someone checks in.',
    none: 'This browser cannot play the chime. Keep this page in sight.',
  },
  testChime: 'Test chime',
}

export const settings = {
  title: 'Account settings',
  notifications: 'Notifications',
  close: 'Close',
  kept: {
    stored: 'These choices are kept in this browser: switches and numbers, the appearance and the language; nothing about patients.',
    notStored: 'These choices last until you leave this page. Your clinic keeps nothing in browsers.',
  },
  names: {
    sound: 'Sound',
    notification: 'Desktop notification',
    badge: 'Number on the tab',
    repeat: 'Repeat until seen',
    onlyHidden: 'Only when this page is not in front',
  },
  theme: {
    name: 'Appearance',
    system: 'As the system',
    light: 'Light',
    dark: 'Dark',
  },
  enter: {
    name: 'Enter sends',
    sends: 'Shift+Enter begins a new line.',
    breaks: 'Shift+Enter sends, and Enter begins a new line.',
  },
  volume: 'Volume',
  test: 'Test',
  tests: {
    arrival: 'Test arrival',
    message: 'Test message',
    notification: 'Test desktop notification',
    badge: 'Test the number on the tab',
    repeat: 'Test the repeat',
    onlyHidden: 'Test in 5 seconds',
  },
  off: 'Off.',
  sound: {
    ready: 'Arrivals rise, messages fall.',
    blocked: 'Blocked by your browser until you press something on this page.',
    none: 'This browser makes no sounds.',
  },
  notice: {
    granted: 'Shown while you look elsewhere. It never has a name or a text in it.',
    default: 'Your browser asks you first.',
    denied: 'Blocked by your browser. Allow notifications for this address in its settings.',
    none: 'This browser has no desktop notifications for pages.',
  },
  badge: 'How many messages are unread, in the title and on the icon.',
  repeat: 'Every 30 seconds while a message has waited 2 minutes and nobody has seen it.',
  onlyHidden: 'While you look at it, it makes no sound.',
  tested: {
    arrival: 'Played: someone has arrived.',
    message: 'Played: a new message.',
    notification: 'Sent. If you saw none, your system holds it back.',
    badge: 'Shown for five seconds: look at the tab.',
    repeat: 'Played twice, as it repeats.',
    onlyHidden: 'Look elsewhere now. It alerts in 5 seconds.',
    silent: 'No sound was played. Switch sound on and turn the volume up.',
    notShown: 'Nothing was shown.',
  },
}
