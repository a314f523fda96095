/**
 * Every word that the pages say, in English. Another language is another file with the same keys;
 * `index.js` chooses. Plain strings are for whole sentences, functions for those with a hole.
 */

import {guard, keys, list, notes, paper, seal, veil, wipe} from './en-console.js'
import {alerts, settings} from './en-alerts.js'
import {comfort, quick, wait} from './en-patient.js'
import {doubts, draft, ended, keeps, safety, stopped} from './en-protection.js'

const plural = new Intl.PluralRules('en')
const ordinal = new Intl.PluralRules('en', {type: 'ordinal'})
const suffixes = /** @type {Record<string, string>} */ ({one: 'st', two: 'nd', few: 'rd', other: 'th'})

/** @param {number} count @param {string} one @param {string} other */
const counted = (count, one, other) => `${count} ${plural.select(count) === 'one' ? one : other}`

/** @param {number} n */
const nth = n => `${n}${suffixes[ordinal.select(n)]}`

/** @param {string | null} name */
const nameOr = name => name ?? 'this patient'

/** @param {(string | null)[]} names whose chats would be erased @param {string} which */
const erases = (names, which) => {
  const [name] = names
  if (names.length > 1) return `erases ${names.length} ${which}chats`
  return name ? `erases ${name}'s ${which}chat` : `erases an ended chat`
}

/** @param {number} ms */
const kept = ms => (ms >= 120_000 ? counted(Math.round(ms / 60_000), 'minute', 'minutes') : `${Math.round(ms / 1000)} s`)

/** @type {Record<string, string>} */
const notSentReasons = {
  conversation_full: 'This chat is full.',
  ended: 'This chat has ended.',
  erased: 'This chat was erased.',
}

/** @type {Record<string, string>} */
const refusals = {
  taken: 'Another provider has just taken this patient.',
  visit_gone: 'This patient is no longer here.',
  unknown_conversation: 'This chat is no longer here.',
  call_running: 'Another call is running. Try again.',
  not_in_call: 'This call has already ended.',
  session_full: 'You have as many chats as one session may hold. Close ended chats first.',
  not_allowed: 'That is not possible now.',
  offline: 'Not connected. Try again when you are back online.',
}

export const words = Object.freeze({
  language: 'en',

  time: {
    /** @param {number} minutes */
    minutes: minutes => (minutes < 1 ? 'under 1 min' : `${minutes} min`),
  },

  brand: 'Lethe',
  notStored: 'Not stored.',
  endToEnd: 'End-to-end encrypted. Not stored.',
  connected: 'Connected',
  notConnected: 'Not connected',
  connecting: 'Connecting…',
  copied: 'Copied',
  copyFailed: 'Copying is blocked in this browser. Select the text and copy it.',

  emergency: {
    lead: 'Not for emergencies.',
    call: 'Call',
  },

  delivery: {
    waiting: 'Waiting for a provider',
    sending: 'Sending…',
    sent: 'Sent',
    delivered: 'Delivered',
    seen: 'Seen',
    not_sent: 'Not sent',
    not_delivered: 'Not delivered',
  },

  notSentBecause: notSentReasons,

  log: {
    you: 'You',
    unreadable: 'This message needs a newer page.',
    newMessages: 'New',
    retry: 'Retry',
    /** @param {number} count */
    jump: count => counted(count, 'new message', 'new messages'),
    /** @param {string} host */
    realHost: host => ` (${host})`,
  },

  composer: {
    /** @param {string} name */
    label: name => `Message ${name}`,
    send: 'Send',
    sends: 'sends',
    /** @param {number} left */
    left: left => (left < 0 ? `${counted(-left, 'character', 'characters')} too long` : `${counted(left, 'character', 'characters')} left`),
    nearlyFull: 'This chat is nearly full. Copy what you need.',
  },

  /** @param {string} name */
  isTyping: name => `${name} is typing…`,

  connection: {
    /** @param {number} ms */
    reconnectingProvider: ms => `Reconnecting… your chats are kept for ${kept(ms)}`,
    /** @param {number} seconds */
    reconnectingLeft: seconds => `Reconnecting… your chats are kept for ${seconds} more seconds`,
    reconnectingLast: 'Reconnecting… your chats are about to be erased',
    backOnline: 'Back online',
    /** @param {number} ms */
    lost: ms => `This session was erased because the connection was lost${ms > 0 ? ` for ${kept(ms)}` : ''}.`,
    lostAndNew: 'A new session has started.',
    startNew: 'Start new session',
    dismiss: 'OK',
    /** @param {string} time */
    stopping: time => `This service stops at ${time}. Copy what you need.`,
    /** @param {number} ms */
    reconnectingPatient: ms => `Connection lost. Trying again… your place is kept for ${ms >= 60_000 ? counted(Math.round(ms / 60_000), 'minute', 'minutes') : kept(ms)}.`,
    /** @param {string} time */
    stoppingPatient: time => `This service stops at ${time}. Messages on this screen stay until you clear them.`,
  },

  console: {
    title: 'Queue',
    heading: 'Console',
    session: 'Session',
    /** @param {number} unread */
    titleUnread: unread => `(${unread}) Queue`,
    statuses: {available: 'Room open', away: 'Away', closed: 'Closed'},
    /** @param {string} name */
    statusLabel: name => `What patients of ${name} see`,
    signOut: 'Sign out',
  },

  queue: {
    heading: 'Waiting',
    inCallHeading: 'In call',
    endedHeading: 'Ended',
    show: 'Show',
    filters: {all: 'All', unread: 'Unread', waiting: 'Waiting', in_call: 'In call'},
    unnamed: 'Patient',
    /** @param {string} minutes */
    unnamedWaiting: minutes => `Patient, ${minutes}`,
    nameComes: 'name arrives when their page answers',
    next: 'Next',
    nobody: 'No one is waiting.',
    /** @param {string} minutes */
    waiting: minutes => `Waiting ${minutes}`,
    /** @param {string} minutes */
    inCall: minutes => `In call ${minutes}`,
    /** @param {string} name */
    inCallWith: name => `In call with ${name}`,
    /** @param {string} name */
    withOther: name => `With ${name}`,
    anotherProvider: 'another provider',
    typing: 'typing…',
    reconnecting: 'reconnecting',
    background: 'in background',
    /** @param {string} minutes */
    leftPage: minutes => `left the page ${minutes} ago`,
    rejoined: 're-joined on a new page',
    /** @param {string} minutes */
    unanswered: minutes => `Unanswered ${minutes}`,
    /** @param {number} count */
    pending: count => `${counted(count, 'message waits', 'messages wait')} on their page`,
    copied: 'Copied for chart',
    notCopied: 'not copied',
    erasedWhen: 'Erased when you open another chat, start a call, or refresh',
    gone: 'No longer here',
    /** @param {string | null} name @param {(string | null)[]} names */
    cost: (name, names) => `Opening ${nameOr(name)} ${erases(names, 'ended ')}`,
    /** @param {(string | null)[]} names */
    costSuffix: names => (names.length === 0 ? '' : ` · ${erases(names, '')}`),
    /** @param {string} name @param {number} count */
    badge: (name, count) => `${name}, ${counted(count, 'unread message', 'unread messages')}, open chat`,
    /** @param {string} name */
    more: name => `Patient information for ${name}`,
    endedWords: /** @type {Record<import('../relay/chat.js').EndReason, (time: string) => string>} */ ({
      left: time => `Left ${time}`,
      removed: time => `Removed ${time}`,
      finished: time => `Finished ${time}`,
      lost: time => `Connection lost ${time}`,
      ended_by_you: time => `Chat ended ${time}`,
    }),
  },

  information: {
    connection: 'Connection',
    reason: 'Reason',
    /** @param {string} time */
    since: time => `In queue since ${time}`,
    /** @param {string} time */
    inCallSince: time => `In call since ${time}`,
    connections: {here: 'Here', background: 'Here, page in background', reconnecting: 'Reconnecting', left_page: 'Left the page'},
    noReason: 'Not given',
    chat: 'Chat',
    /** @param {number} unread */
    chatUnread: unread => `Chat (${unread})`,
    startCall: 'Start call',
    /** @param {string} name */
    endAndStart: name => `End call with ${name} and start`,
    remove: 'Remove…',
    /** @param {string} name */
    removeSure: name => `Remove ${name} from the queue`,
    removeHint: 'They are told, and lose their place.',
    keep: 'Keep',
  },

  call: {
    none: 'No call',
    /** @param {string} name @param {string} minutes */
    nextIs: (name, minutes) => `${name} is next, waiting ${minutes}.`,
    /** @param {string} name */
    start: name => `Start call with ${name}`,
    with: 'Call with ',
    finish: 'Finish visit',
    finishHint: 'Finishing makes the chat read-only, until it is erased.',
    back: 'Back to queue',
  },

  chat: {
    with: 'Chat with ',
    none: 'No chat is open',
    noneMore: 'Open one from the queue: three dots, then Chat, or the red number.',
    /** @param {string} minutes */
    inQueue: minutes => `In queue · waiting ${minutes}`,
    inCall: 'In call',
    /** @param {string} name */
    minimise: name => `Minimise chat with ${name}`,
    /** @param {string} name */
    close: name => `Close and erase chat with ${name}`,
    /** @param {string} name @param {string} how */
    restore: (name, how) => `Restore chat with ${name}, ${how}`,
    /** @param {number} count */
    unread: count => counted(count, 'unread message', 'unread messages'),
    end: 'End chat',
    copy: 'Copy for chart',
    copyDone: 'Copied for chart',
    copyText: 'Copy text',
    closeShort: 'Close and erase',
    draftKept: 'Not sent, still yours',
    /** @param {string} time */
    expiresIdle: time => `Nobody has written for a while. This chat is erased at ${time}.`,
    /** @param {string} time */
    expiresAge: time => `This chat has reached its longest time. It is erased at ${time}.`,
    keepOpen: 'Keep open',
    endedTitles: /** @type {Record<import('../relay/chat.js').EndReason, (name: string, time: string) => string>} */ ({
      left: (name, time) => `${name} left at ${time}.`,
      removed: (name, time) => `You removed ${name} at ${time}.`,
      finished: (name, time) => `You finished the visit with ${name} at ${time}.`,
      lost: (name, time) => `${name} lost the connection at ${time}.`,
      ended_by_you: (name, time) => `You ended this chat with ${name} at ${time}.`,
    }),
    endedBody: "You can't send messages. This chat is erased when you close it, open another patient's chat, start a call, or refresh.",
    /** @param {string} who @param {string} date */
    transcript: (who, date) => `Chat with ${who}, ${date}`,
  },

  /** @param {string | null} name @param {string} cause */
  erased: (name, cause) => `Chat ${name === null ? '' : `with ${name} `}erased (${cause})`,
  causes: {
    closed: 'closed',
    viewed_other: 'another chat was opened',
    call_started: 'a call was started',
    refreshed: 'the page was refreshed',
    provider_lost: 'the connection was lost',
    idle: 'nobody wrote for a long time',
    maximum_age: 'it reached its longest time',
    wiped: 'everything was wiped',
    stopped: 'the service stopped',
  },

  refusal: (/** @type {string} */ reason) => refusals[reason] ?? refusals['not_allowed'] ?? '',
  say: {
    /** @param {string} name @param {number} waiting */
    arrived: (name, waiting) => `${name} is waiting. ${waiting} in queue.`,
    /** @param {number} count @param {number} waiting */
    arrivals: (count, waiting) => `${counted(count, 'patient has', 'patients have')} checked in. ${waiting} in queue.`,
    /** @param {string} name @param {number} unread */
    message: (name, unread) => `New message from ${name}. ${unread} unread.`,
    /** @param {number} count @param {string} name */
    messages: (count, name) => `${counted(count, 'new message', 'new messages')} from ${name}`,
    /** @param {string} reason */
    notSentBecause: reason => ['Not sent.', notSentReasons[reason]].filter(Boolean).join(' '),
    /** @param {string} name */
    opened: name => `Chat with ${name} opened`,
    /** @param {string} name */
    leftOpen: name => `${name} left. You can no longer send messages.`,
    /** @param {string} name */
    left: name => `${name} left the queue.`,
    offline: 'Connection lost. Reconnecting.',
  },

  skip: {queue: 'Skip to the queue', chat: 'Skip to the chat', checkIn: 'Skip to check-in', messages: 'Skip to messages'},
  safety,
  draft,
  keeps,
  stopped,
  doubts,
  guard,
  keys,
  list,
  notes,
  paper,
  seal,
  veil,
  wipe,
  alerts,
  settings,
  wait,
  quick,
  comfort,
  views: {label: 'Views', queue: 'Queue', chat: 'Chat', call: 'Call'},

  door: {
    needLink: {title: 'Open your sign-in link', body: 'Your clinic gives you a link that opens this console. Open it in this browser.'},
    connecting: {title: 'Starting your session', body: 'Closing or refreshing this page erases its chats.'},
    elsewhere: {title: 'Your console is open elsewhere.', body: 'One console at a time. Using it here ends it there.'},
    /** @param {number} chats */
    useHere: chats => (chats === 0 ? 'Use here' : `Use here and erase ${counted(chats, 'chat', 'chats')}`),
    startNew: 'Start new session',
    restored: {title: 'This session was erased.', body: 'You left this page, so its chats were erased. Nothing was kept.'},
    unprotected: {title: 'This browser cannot protect the chat', body: 'Open the link in a current version of Chrome, Edge, Firefox or Safari, at an address that begins with https.'},
    noRoom: {title: 'This waiting room cannot be reached', body: 'Check your connection, or the address.'},
    tryAgain: 'Try again',
    codes: /** @type {Record<number, {title: string, body: string}>} */ ({
      4100: {title: 'This page and the relay do not match', body: 'The service may have been updated. Its chats were erased. Open your sign-in link again.'},
      4101: {title: 'Your sign-in link was refused', body: 'It is too old, for another room, or no longer valid. Ask your clinic for a new link.'},
      4102: {title: 'Your console was opened elsewhere', body: 'This session is erased. Nothing of its chats is left on this page.'},
      4103: {title: 'This page is connected twice', body: 'Its chats are no longer shown here.'},
      4106: {title: 'You are signed out', body: 'Your chats are erased. Open your sign-in link to start again.'},
      4107: {title: 'This session has ended', body: 'Its chats are erased.'},
      4114: {title: 'The service is stopping', body: 'No new sessions can start now. Try again later.'},
    }),
    otherCode: {title: 'This session has ended', body: 'Its chats are erased.'},
  },

  patient: {
    title: 'Waiting room',
    unprotectedBody: 'Open this link in a current version of Chrome, Edge, Firefox or Safari, at an address that begins with https. Or call the clinic.',
    unprotectedSent: 'Nothing was sent.',
    /** @param {number} unread */
    titleUnread: unread => `(${unread}) New ${plural.select(unread) === 'one' ? 'message' : 'messages'}`,
    checkInTitle: 'Check in',
    notCheckedIn: 'Not checked in yet.',
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
    position: position => `${nth(position)} in line`,
    orderChanges: 'Order can change for medical reasons.',
    statuses: {available: 'Available', on_another_call: 'On another call', away: 'Away', closed: 'Closed', reconnecting: 'Reconnecting', nobody: 'Not here yet', in_call: 'In a call with you'},
    /** @type {Record<'on_another_call' | 'away' | 'closed' | 'reconnecting' | 'nobody' | 'in_call', (name: string) => string>} */
    statusLines: {
      on_another_call: name => `${name} is on another call.`,
      away: name => `${name} is away. You keep your place.`,
      closed: name => `${name} is not seeing patients now. You keep your place while this page is open.`,
      reconnecting: name => `${name}'s connection dropped. Messages you send now will be delivered if they return soon.`,
      nobody: () => 'Nobody is here yet. You keep your place.',
      in_call: name => `You're in a call with ${name}.`,
    },
    /** @param {string} hours */
    hours: hours => `Hours: ${hours}`,
    nameError: 'Enter a name or an alias.',
    codeError: 'No place has this rejoin code. Check it, or check in without it.',
    /** @param {boolean} isProved whether the provider's page said provably that it ended the chat */
    ended: isProved => (isProved ? ended.proved : ended.unproved),
    /** @param {boolean} isProved */
    cleared: isProved => `${isProved ? ended.proved : ended.unproved} It exists only on this screen.`,
    clear: 'Clear my screen',
    leave: 'Leave the waiting room',
    waitingFull: 'Twenty messages are waiting for a provider. Wait until somebody is here.',
    expires: /** @param {string} time */ time => `This chat is cleared at ${time} unless somebody writes.`,
    checkInAgain: 'Check in again',
    /** @param {string} time */
    erasedAt: time => `Erased at ${time}. Nothing was stored.`,
    over: {
      left: {title: 'You left the waiting room', body: 'Your place was given up.'},
      removed: {title: "You're no longer in the waiting room.", body: 'The clinic took you off the list. You can check in again.'},
      finished: {title: 'Visit finished', body: ''},
      lost: {title: 'Your place could not be kept', body: 'The connection was lost for too long, or the service was restarted. Please check in again.'},
      refused: {title: "You're not checked in", body: 'Something went wrong. Please check in again.'},
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
      lost: 'The connection was lost for too long, or the service was restarted. What you see exists only on this screen.',
      refused: 'You were disconnected. What you see exists only on this screen.',
    },
    codes: /** @type {Record<number, {title: string, body: string}>} */ ({
      4100: {title: 'This page is out of date', body: 'The service may have been updated. Please check in again.'},
      4103: {title: 'This page is connected twice', body: 'Please check in again.'},
      4111: {title: 'Too many wrong rejoin codes', body: 'Wait a while, or check in without a code.'},
      4112: {title: 'The waiting room is full', body: 'Please try again in a few minutes.'},
      4113: {title: 'The service is busy', body: 'Please try again in a few minutes.'},
      4114: {title: 'The service is stopping', body: 'Please try again later.'},
      4115: {title: 'Too many check-ins from your network', body: 'Please try again in a few minutes.'},
    }),
  },
})
