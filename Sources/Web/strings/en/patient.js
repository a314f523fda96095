/** What the patient's page says, in English. */

import {number} from '../forms.js'
import {counted, kept, plurals as both, readFromTheStart, shared, stopping} from './shared.js'

export const plurals = {
  ...both,
  titleUnread: {one: '({n}) New message', other: '({n}) New messages'},
  underMinutes: {one: 'Under {n} min', other: 'Under {n} min'},
}

const ordinal = new Intl.PluralRules('en', {type: 'ordinal'})
/** @type {Partial<Record<Intl.LDMLPluralRule, string>>} */
const suffixes = {one: 'st', two: 'nd', few: 'rd'}

const toBegin = 'Reload this page to begin a new chat. Your rejoin code keeps your place.'
const startOver = 'Please check in again.'
const inMinutes = 'Please try again in a few minutes.'
const proved = 'Your provider ended this chat.'
const unproved = 'The connection service ended this chat.'
const lostBody = 'The connection was lost for too long, or the service was restarted.'

export const words = {
  ...shared,
  connecting: 'Connecting…',

  emergency: {
    lead: 'Not for emergencies.',
    call: 'Call',
    /** @param {string} phone */
    callNumber: phone => `Call ${phone}.`,
    callLocal: 'Call your local emergency number.',
  },

  connection: {
    ...shared.connection,
    /** @param {number} ms */
    reconnectingPatient: ms => `Connection lost. Trying again… your place is kept for ${kept(ms)}.`,
    /** @param {string} time */
    stoppingPatient: time => `This service stops at ${time}. Messages on this screen stay until you clear them.`,
  },

  keeps: {
    ...shared.keeps,
    patient: {
      sealed: "Your name, your reason and your messages are sealed on this page and opened on your provider's. The service in between has no key.",
      erased: 'Messages are erased when your provider closes the chat or leaves their page, when nobody writes for a long time, and when the service restarts.',
      sees: 'The service still sees your internet address, when you write, the rough size of each message, and that the two of you are connected.',
      screen: 'This screen shows your messages until you clear or leave it. Your provider can copy them, and may write notes in your health record, as after any visit.',
    },
  },

  stopped: {
    ...shared.stopped,
    patient: {
      missing: stopping('missing', toBegin),
      unreadable: stopping('unreadable', toBegin),
      different: stopping('different', toBegin),
      unkeyed: stopping('unkeyed', toBegin),
      compared: {
        title: readFromTheStart,
        body: 'Reload to begin again. Your rejoin code keeps your place.',
      },
      unprotected: {
        title: 'This page cannot protect a chat here.',
        body: "It and the clinic's service do not fit together, so nothing that you write is sent. Reload this page. If that does not help, call the clinic.",
      },
    },
  },

  wait: {
    label: 'Estimate',
    unknown: "We can't estimate yet",
    /** @param {number} low @param {number} high minutes */
    range: (low, high) => `About ${number(low)}–${number(high)} min`,
    /** @param {number} high minutes */
    under: high => counted(high, plurals.underMinutes),
    overAnHour: 'More than an hour',
    from: 'The estimate comes from how your place has moved.',
  },

  quick: {
    label: 'Quick messages',
    cannotHear: "I can't hear you",
    moreTime: 'I need more time',
    leaving: 'Leaving',
  },

  comfort: {
    heading: 'While you wait',
    tips: {
      ready: 'Have your medicines and questions at hand.',
      place: 'Sit somewhere quiet, with light on your face.',
      phone: 'Keep your phone charging, near your Wi-Fi.',
    },
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
  },

  devices: {
    heading: 'Camera and microphone',
    hint: 'Nothing but the result leaves this device.',
    picture: 'Your picture',
    start: 'Check camera and microphone',
    done: 'Done',
    again: 'Check again',
    asking: 'Your browser asks whether this page may use them. Allow it.',
    speak: 'Say something…',
    camera: {
      works: 'Camera works',
      blocked: 'Camera is blocked. Allow it in the settings of your browser.',
      missing: 'No camera found',
      busy: 'Camera does not start. Another program may be using it.',
    },
    microphone: {
      works: 'Microphone works',
      silent: 'Nothing was heard. Check that it is not muted.',
      blocked: 'Microphone is blocked. Allow it in the settings of your browser.',
      missing: 'No microphone found',
      busy: 'Microphone does not start. Another program may be using it.',
    },
  },

  patient: {
    skipToCheckIn: 'Skip to check-in',
    skipToMessages: 'Skip to messages',
    title: 'Waiting room',
    unprotectedTitle: 'This browser cannot protect the chat',
    unprotectedBody: 'Open this link in a current version of Chrome, Edge, Firefox or Safari, at an address that begins with https. Or call the clinic.',
    unprotectedSent: 'Nothing was sent.',
    /** @param {number} unread */
    titleUnread: unread => counted(unread, plurals.titleUnread),
    checkInTitle: 'Check in',
    notCheckedIn: 'Not checked in yet.',
    notLoaded: 'Part of this page could not be loaded. Check your connection and press “Check in” again.',
    nameLabel: 'Your name or an alias',
    nameHint: 'First name is enough.',
    reasonLabel: 'Why are you here?',
    optional: '(optional)',
    haveCode: 'Have a rejoin code?',
    rejoinCode: 'Rejoin code',
    codeHint: 'It keeps your place in line. Earlier messages are not kept.',
    codeWhy: 'If you lose this page, enter this code to keep your place.',
    consent: 'Messages are not stored. They disappear when your provider closes them.',
    checkIn: 'Check in',
    yourPlace: 'Your place',
    messages: 'Messages',
    leaveHeading: 'Leave',
    leaveHint: 'You lose your place, and the messages disappear from this screen.',
    /** @param {string} name */
    yourRoom: name => `You're in ${name}'s waiting room`,
    aRoom: "You're in the waiting room",
    provider: 'your provider',
    checkedIn: "You're checked in. Keep this page open.",
    arriving: 'Checking you in…',
    /** @param {number} position */
    position: position => `${number(position)}${suffixes[ordinal.select(position)] ?? 'th'} in line`,
    orderChanges: 'Order can change for medical reasons.',
    statuses: {
      available: 'Available',
      on_another_call: 'On another call',
      away: 'Away',
      closed: 'Closed',
      reconnecting: 'Reconnecting',
      nobody: 'Not here yet',
      in_call: 'In a call with you',
    },
    statusLines: {
      /** @param {string} name */
      on_another_call: name => `${name} is on another call.`,
      /** @param {string} name */
      away: name => `${name} is away. You keep your place.`,
      /** @param {string} name */
      closed: name => `${name} is not seeing patients now. You keep your place while this page is open.`,
      /** @param {string} name */
      reconnecting: name => `${name}'s connection dropped. Messages you send now will be delivered if they return soon.`,
      nobody: /** @type {(name: string) => string} */ (() => 'Nobody is here yet. You keep your place.'),
      /** @param {string} name */
      in_call: name => `You're in a call with ${name}.`,
    },
    /** @param {string} hours */
    hours: hours => `Hours: ${hours}`,
    nameError: 'Enter a name or an alias.',
    codeError: 'No place has this rejoin code. Check it, or check in without it.',
    ended: {proved, unproved},
    gone: {
      proved: `${proved} It is gone from this screen too.`,
      unproved: `${unproved} It is gone from this screen too.`,
    },
    cleared: {
      proved: `${proved} It exists only on this screen.`,
      unproved: `${unproved} It exists only on this screen.`,
    },
    clear: 'Clear my screen',
    leave: 'Leave the waiting room',
    waitingFull: 'Twenty messages are waiting for a provider. Wait until somebody is here.',
    /** @param {string} time */
    expires: time => `This chat is cleared at ${time} unless somebody writes.`,
    checkInAgain: 'Check in again',
    /** @param {string} time */
    erasedAt: time => `Erased at ${time}. Nothing was stored.`,
    over: {
      left: {title: 'You left the waiting room', body: 'Your place was given up.'},
      removed: {
        title: "You're no longer in the waiting room.",
        body: 'The clinic took you off the list. You can check in again.',
      },
      finished: {title: 'Visit finished'},
      lost: {title: 'Your place could not be kept', body: `${lostBody} ${startOver}`},
      refused: {title: "You're not checked in", body: `Something went wrong. ${startOver}`},
    },
    overHeadings: {
      removed: "You're no longer in the waiting room",
      finished: 'Your visit has ended',
      lost: 'Your place could not be kept',
      refused: "You're not checked in any more",
    },
    standing: {
      removed: 'You were taken off the list. What you see exists only on this screen.',
      finished: 'What you see exists only on this screen. Leaving the page removes it.',
      lost: `${lostBody} What you see exists only on this screen.`,
      refused: 'You were disconnected. What you see exists only on this screen.',
    },
    codes: /** @type {Record<number, {title: string, body: string}>} */ ({
      4100: {
        title: 'This page is out of date',
        body: `The service may have been updated. ${startOver}`,
      },
      4103: {title: 'This page is connected twice', body: startOver},
      4111: {
        title: 'Too many wrong rejoin codes',
        body: 'Wait a while, or check in without a code.',
      },
      4112: {title: 'The waiting room is full', body: inMinutes},
      4113: {title: 'The service is busy', body: inMinutes},
      4114: {title: 'The service is stopping', body: 'Please try again later.'},
      4115: {title: 'Too many check-ins from your network', body: inMinutes},
    }),
  },
}
