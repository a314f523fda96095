/**
 * What both pages would say, in Arabic: modern standard, plain, and polite without being bound to a
 * man or a woman ("يُرجى" and a noun rather than an imperative).
 */

import {counting} from '../forms.js'

export const counted = counting('ar')

export const plurals = {
  messages: {
    zero: 'لا رسائل',
    one: 'رسالة واحدة',
    two: 'رسالتان',
    few: '{n} رسائل',
    many: '{n} رسالة',
    other: '{n} رسالة',
  },
  bytes: {
    zero: '{n} بايت',
    one: 'بايت واحد',
    two: '{n} بايت',
    few: '{n} بايت',
    many: '{n} بايت',
    other: '{n} بايت',
  },
  minutes: {
    zero: '{n} دقيقة',
    one: 'دقيقة واحدة',
    two: 'دقيقتين',
    few: '{n} دقائق',
    many: '{n} دقيقة',
    other: '{n} دقيقة',
  },
  seconds: {
    zero: '{n} ثانية',
    one: 'ثانية واحدة',
    two: 'ثانيتين',
    few: '{n} ثوانٍ',
    many: '{n} ثانية',
    other: '{n} ثانية',
  },
  newMessages: {
    zero: 'لا رسائل جديدة',
    one: 'رسالة واحدة جديدة',
    two: 'رسالتان جديدتان',
    few: '{n} رسائل جديدة',
    many: '{n} رسالة جديدة',
    other: '{n} رسالة جديدة',
  },
  charactersLeft: {
    zero: 'لم يبقَ أي حرف',
    one: 'بقي حرف واحد',
    two: 'بقي حرفان',
    few: 'بقيت {n} أحرف',
    many: 'بقي {n} حرفًا',
    other: 'بقي {n} حرف',
  },
  charactersOver: {
    zero: 'لا أحرف زائدة',
    one: 'أطول من المسموح بحرف واحد',
    two: 'أطول من المسموح بحرفين',
    few: 'أطول من المسموح بـ{n} أحرف',
    many: 'أطول من المسموح بـ{n} حرفًا',
    other: 'أطول من المسموح بـ{n} حرف',
  },
}

/** @param {number} ms */
export const kept = ms => ms >= 120_000
  ? counted(Math.round(ms / 60_000), plurals.minutes)
  : counted(Math.round(ms / 1000), plurals.seconds)

const how = 'تكون مقارنته بالصوت، لا في المحادثة أبدًا. لن يطلب منك أحد كتابته.'
export const readFromTheStart = 'قد يكون أحد قرأ هذه المحادثة منذ رسالتها الأولى.'
const reloadToBegin = 'يُرجى إعادة تحميل الصفحة للبدء من جديد.'

/** @type {typeof import('../en/shared.js').shared} */
export const shared = {
  brand: 'Lethe',
  language: 'اللغة',
  languageChosen: 'هذه الصفحة الآن بالعربية.',
  languageFailed: 'تعذّر تحميل تلك اللغة. يُرجى التحقق من الاتصال واختيارها مرة أخرى.',
  notStored: 'لا يُحفظ شيء.',
  endToEnd: 'تشفير من الطرف إلى الطرف. لا يُحفظ شيء.',
  connected: 'متصل',
  notConnected: 'غير متصل',
  copied: 'تم النسخ',
  copyFailed: 'النسخ محظور في هذا المتصفح. يُرجى تحديد النص ونسخه.',
  copyText: 'نسخ النص',

  delivery: {
    waiting: 'في انتظار مقدّم الرعاية',
    sending: 'جارٍ الإرسال…',
    sent: 'أُرسلت',
    delivered: 'وصلت',
    seen: 'شوهدت',
    not_sent: 'لم تُرسل',
    not_delivered: 'لم تصل',
  },

  notSent: 'لم تُرسل.',
  notSentBecause: {
    conversation_full: 'هذه المحادثة ممتلئة.',
    ended: 'انتهت هذه المحادثة.',
    erased: 'مُحيت هذه المحادثة.',
  },

  causes: {
    closed: 'أُغلقت',
    viewed_other: 'فُتحت محادثة أخرى',
    call_started: 'بدأت مكالمة',
    refreshed: 'أُعيد تحميل الصفحة',
    provider_lost: 'انقطع الاتصال',
    idle: 'لم يكتب أحد مدة طويلة',
    maximum_age: 'بلغت أطول مدة لها',
    wiped: 'مُحي كل شيء',
    stopped: 'توقفت الخدمة',
  },

  receipt: {
    copy: 'نسخ الإيصال',
    of: id => `الإيصال ${id}`,
    text: (cause, {time, messages, bytes, entry, id}) => `مُحيت المحادثة (${cause})، ${time}: ${counted(messages, plurals.messages)}، ${counted(bytes, plurals.bytes)}.\nالإيصال ${id}، القيد ${entry} في سجل الخدمة.`,
  },

  log: {
    you: 'أنت',
    unreadable: 'تحتاج هذه الرسالة إلى صفحة أحدث.',
    none: 'لا توجد رسائل بعد.',
    newMessages: 'جديد',
    retry: 'إعادة المحاولة',
    canRetry: 'يمكن إعادة المحاولة.',
    copy: 'نسخ',
    actions: time => `رسالة، ${time}`,
    jump: count => counted(count, plurals.newMessages),
    burst: (count, name) => `${counted(count, plurals.newMessages)} من ${name}`,
    realHost: host => ` (${host})`,
  },

  composer: {
    label: name => `الكتابة إلى ${name}`,
    send: 'إرسال',
    left: left => left < 0
      ? counted(-left, plurals.charactersOver)
      : counted(left, plurals.charactersLeft),
    nearlyFull: 'تكاد هذه المحادثة تمتلئ. يُرجى نسخ ما تحتاج إليه.',
  },

  isTyping: name => `${name}: جارٍ الكتابة…`,

  connection: {
    backOnline: 'عاد الاتصال',
  },

  safety: {
    name: 'رمز الأمان',
    how,
    proves: name => `إذا ظهرت الأرقام الستة نفسها لدى ${name}، فلا أحد بين الصفحتين، ولم يكن بينهما أحد منذ الرسالة الأولى.`,
    before: 'قبل مقارنته، يمكن أن تكون خدمة اتصال تتلاعب بالرسائل قد قرأت هذه المحادثة منذ رسالتها الأولى. أما الخدمة التي تتنصت فقط فلا تستطيع ذلك.',
    states: {
      not_compared: 'لم يُقارن بعد',
      compared: 'تمت مقارنته',
      different: 'مختلف',
      none: 'لا يمكن مقارنته',
    },
    none: 'أعيد اتصال هذه الصفحة مرات كثيرة، فلا يمكن عرض رمز يثبت شيئًا. يُرجى إعادة تحميل الصفحة لمقارنة رمز جديد.',
    same: 'الرمزان متطابقان',
    different: 'الرمزان مختلفان',
    afterAll: 'تبيّن أنهما مختلفان',
    sure: 'هل هذا مؤكد؟ سيتوقف الإرسال في هذه المحادثة فورًا.',
    surely: 'نعم، هما مختلفان',
    goBack: 'رجوع',
    close: 'إغلاق',
    said: {
      compared: name => `تمت المقارنة مع ${name}، والرمزان متطابقان.`,
      different: () => `قلت إن الرمزين مختلفان. ${readFromTheStart} ${reloadToBegin}`,
    },
    theirs: {
      compared: name => `حسب ${name}، الرمزان متطابقان. هذا وحده لا يثبت شيئًا.`,
      different: name => `حسب ${name}، الرمزان مختلفان. هذا وحده لا يثبت شيئًا: يُرجى المقارنة بالصوت قبل متابعة الكتابة.`,
    },
    renewed: {
      again: 'اتصال جديد: يُرجى مقارنة الرمز مرة أخرى',
      first: 'اتصال جديد: الرمز تغيّر',
    },
  },

  draft: {
    held: `لم تُرسل: فيها رمز الأمان. ${how}`,
    sendAnyway: 'إرسال على أي حال',
  },

  keeps: {
    title: 'ما الذي تحتفظ به هذه الخدمة',
    heldLabel: 'الرسائل المختومة لديها الآن',
    readableLabel: 'ما تستطيع الخدمة قراءته',
    readableNone: 'لا شيء',
    readablePerhaps: 'ربما كلها',
    memory: 'تحمل الخدمة الرسائل المختومة في الذاكرة لتنقلها. ولا يُكتب شيء على قرص.',
    tampers: 'يمكن لخدمة تتلاعب بالرسائل أن تقف في الوسط. يكشف رمز الأمان ذلك إذا قورن بالصوت.',
  },

  stopped: {
    draft: 'لم تُرسل، وما زالت لديك',
    reload: 'إعادة تحميل الصفحة',
  },
}

/** @type {typeof import('../en/shared.js').stops} */
export const stops = {
  missing: {
    title: 'تعذّر إيصال رسالة واحدة.',
    why: 'توقف الإرسال حتى لا يضيع المزيد.',
  },
  unreadable: {
    title: 'تغيّرت رسالة في الطريق.',
    why: 'لم تُعرض، وتوقف الإرسال.',
  },
  different: {
    title: 'عرضت خدمة الاتصال عليكما محادثتين مختلفتين.',
    why: 'قد لا يكون ما تراه هنا هو ما يراه الطرف الآخر، لذلك توقف الإرسال.',
  },
  unkeyed: {
    title: 'انقطعت حماية هذه المحادثة.',
    why: 'لا يمكن إرسال شيء فيها أو فتحه بعد الآن.',
  },
}

/** @type {typeof import('../en/shared.js').stopping} */
export const stopping = (stop, advice) => ({
  title: stops[stop].title,
  body: `${stops[stop].why} ${advice}`,
})
