/** What the patient's page says, in Arabic. */

import {number} from '../forms.js'
import {counted, kept, plurals as both, readFromTheStart, shared, stopping} from './shared.js'

export const plurals = {
  ...both,
  titleUnread: {
    zero: '({n}) لا رسائل جديدة',
    one: '({n}) رسالة جديدة',
    two: '({n}) رسالتان جديدتان',
    few: '({n}) رسائل جديدة',
    many: '({n}) رسالة جديدة',
    other: '({n}) رسالة جديدة',
  },
  underMinutes: {
    zero: 'أقل من دقيقة',
    one: 'أقل من دقيقة',
    two: 'أقل من دقيقتين',
    few: 'أقل من {n} دقائق',
    many: 'أقل من {n} دقيقة',
    other: 'أقل من {n} دقيقة',
  },
}

const toBegin = 'يُرجى إعادة تحميل الصفحة لبدء محادثة جديدة. رمز العودة يحفظ مكانك.'
const startOver = 'يُرجى تسجيل الوصول مرة أخرى.'
const inMinutes = 'يُرجى المحاولة مرة أخرى بعد بضع دقائق.'
const proved = 'أنهى مقدّم الرعاية هذه المحادثة.'
const unproved = 'أنهت خدمة الاتصال هذه المحادثة.'
const onlyHere = 'ما تراه موجود على هذه الشاشة فقط.'
const lostBody = 'انقطع الاتصال مدة طويلة، أو أعيد تشغيل الخدمة.'

/** @type {typeof import('../en/patient.js').words} */
export const words = {
  ...shared,
  connecting: 'جارٍ الاتصال…',

  emergency: {
    lead: 'ليست للحالات الطارئة.',
    call: 'رقم الطوارئ:',
    callNumber: phone => `يُرجى الاتصال بالرقم ${phone}.`,
    callLocal: 'يُرجى الاتصال برقم الطوارئ المحلي.',
  },

  connection: {
    ...shared.connection,
    reconnectingPatient: ms => `انقطع الاتصال. جارٍ إعادة المحاولة… مكانك محفوظ لمدة ${kept(ms)}.`,
    stoppingPatient: time => `تتوقف هذه الخدمة في الساعة ${time}. تبقى الرسائل على هذه الشاشة إلى أن تمسحها.`,
  },

  keeps: {
    ...shared.keeps,
    patient: {
      sealed: 'يُختم اسمك وسبب زيارتك ورسائلك على هذه الصفحة وتُفتح على صفحة مقدّم الرعاية. الخدمة التي بينهما ليس لديها المفتاح.',
      erased: 'تُمحى الرسائل عندما يغلق مقدّم الرعاية المحادثة أو يغادر صفحته، وعندما لا يكتب أحد مدة طويلة، وعندما يُعاد تشغيل الخدمة.',
      sees: 'ما زالت الخدمة ترى عنوانك على الإنترنت، ووقت كتابتك، والحجم التقريبي لكل رسالة، وأنكما على اتصال.',
      screen: 'تعرض هذه الشاشة رسائلك إلى أن تمسحها أو تغادرها. ويمكن لمقدّم الرعاية نسخها، وقد يكتب ملاحظات في سجلك الصحي، كما بعد أي زيارة.',
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
        body: 'يُرجى إعادة تحميل الصفحة للبدء من جديد. رمز العودة يحفظ مكانك.',
      },
      unprotected: {
        title: 'لا تستطيع هذه الصفحة حماية محادثة هنا.',
        body: 'الصفحة وخدمة العيادة غير متوافقتين، فلا يُرسل شيء مما تكتبه. يُرجى إعادة تحميل الصفحة. وإن لم ينفع ذلك، فيُرجى الاتصال بالعيادة.',
      },
    },
  },

  wait: {
    label: 'مدة الانتظار',
    unknown: 'لا يمكننا تقديرها بعد',
    range: (low, high) => `من ${number(low)} إلى ${counted(high, plurals.minutes)} تقريبًا`,
    under: high => counted(high, plurals.underMinutes),
    overAnHour: 'أكثر من ساعة',
    from: 'يُحسب التقدير من تقدّم دورك.',
  },

  quick: {
    label: 'رسائل سريعة',
    cannotHear: 'لا أسمعك',
    moreTime: 'أحتاج إلى مزيد من الوقت',
    leaving: 'سأغادر الآن',
  },

  comfort: {
    heading: 'أثناء الانتظار',
    tips: {
      ready: 'يُرجى تحضير أدويتك وأسئلتك.',
      place: 'اختيار مكان هادئ والضوء على وجهك يساعد.',
      phone: 'يُفضّل إبقاء هاتفك موصولًا بالشاحن.',
    },
    awake: 'إبقاء الشاشة مضاءة',
    awakeStates: {
      on: 'مفعّل. لن يُقفل هاتفك على هذه الصفحة.',
      off: 'متوقف. إذا أُقفل هاتفك يبقى مكانك محفوظًا بعض الوقت.',
      refused: 'لا يسمح هاتفك بذلك الآن. ربما يوفّر البطارية.',
      none: 'لا يستطيع هذا المتصفح إبقاء الشاشة مضاءة.',
    },
    sound: 'تشغيل صوت عند وصول رسالة',
    soundStates: {
      on: 'مفعّل. يُرجى التأكد من أن هاتفك ليس صامتًا.',
      off: 'متوقف',
      blocked: 'متصفحك يمنعه. يُرجى الضغط هنا مرة أخرى.',
      none: 'لا يستطيع هذا المتصفح تشغيله.',
    },
  },

  devices: {
    heading: 'الكاميرا والميكروفون',
    hint: 'لا يغادر هذا الجهاز سوى النتيجة.',
    picture: 'صورتك',
    start: 'تجربة الكاميرا والميكروفون',
    done: 'تم',
    again: 'التجربة مرة أخرى',
    asking: 'يسأل متصفحك إن كان يُسمح لهذه الصفحة باستخدامهما. يُرجى السماح.',
    speak: 'يُرجى قول شيء ما…',
    camera: {
      works: 'الكاميرا تعمل',
      blocked: 'الكاميرا محظورة. يُرجى السماح بها في إعدادات المتصفح.',
      missing: 'لم يُعثر على كاميرا',
      busy: 'الكاميرا لا تبدأ. ربما يستخدمها برنامج آخر.',
    },
    microphone: {
      works: 'الميكروفون يعمل',
      silent: 'لم يُسمع شيء. يُرجى التأكد من أنه ليس مكتومًا.',
      blocked: 'الميكروفون محظور. يُرجى السماح به في إعدادات المتصفح.',
      missing: 'لم يُعثر على ميكروفون',
      busy: 'الميكروفون لا يبدأ. ربما يستخدمه برنامج آخر.',
    },
  },

  patient: {
    skipToCheckIn: 'الانتقال إلى تسجيل الوصول',
    skipToMessages: 'الانتقال إلى الرسائل',
    title: 'غرفة الانتظار',
    unprotectedTitle: 'لا يستطيع هذا المتصفح حماية المحادثة',
    unprotectedBody: 'يُرجى فتح هذا الرابط في إصدار حديث من Chrome أو Edge أو Firefox أو Safari، على عنوان يبدأ بـ https. أو الاتصال بالعيادة.',
    unprotectedSent: 'لم يُرسل شيء.',
    titleUnread: unread => counted(unread, plurals.titleUnread),
    checkInTitle: 'تسجيل الوصول',
    notCheckedIn: 'لم يتم التسجيل بعد.',
    notLoaded: 'تعذّر تحميل جزء من هذه الصفحة. يُرجى التحقق من الاتصال والضغط على «تسجيل الوصول» مرة أخرى.',
    nameLabel: 'اسمك أو اسم مستعار',
    nameHint: 'يكفي الاسم الأول.',
    reasonLabel: 'ما سبب زيارتك؟',
    optional: '(اختياري)',
    haveCode: 'هل لديك رمز عودة؟',
    rejoinCode: 'رمز العودة',
    codeHint: 'يحفظ مكانك في الدور. لا تُحفظ الرسائل السابقة.',
    codeWhy: 'إذا فقدت هذه الصفحة، يكفي إدخال هذا الرمز لحفظ مكانك.',
    consent: 'لا تُحفظ الرسائل. تختفي عندما يغلقها مقدّم الرعاية.',
    checkIn: 'تسجيل الوصول',
    yourPlace: 'مكانك',
    messages: 'الرسائل',
    leaveHeading: 'المغادرة',
    leaveHint: 'تفقد مكانك، وتختفي الرسائل من هذه الشاشة.',
    yourRoom: name => `أنت في غرفة انتظار ${name}`,
    aRoom: 'أنت في غرفة الانتظار',
    provider: 'مقدّم الرعاية',
    checkedIn: 'تم تسجيل وصولك. يُرجى إبقاء هذه الصفحة مفتوحة.',
    arriving: 'جارٍ تسجيل وصولك…',
    position: position => `رقم ${number(position)} في الدور`,
    orderChanges: 'قد يتغيّر الترتيب لأسباب طبية.',
    statuses: {
      available: 'متاح',
      on_another_call: 'في مكالمة أخرى',
      away: 'غير موجود الآن',
      closed: 'مغلق',
      reconnecting: 'جارٍ إعادة الاتصال',
      nobody: 'لم يصل بعد',
      in_call: 'في مكالمة معك',
    },
    statusLines: {
      on_another_call: name => `${name} في مكالمة أخرى.`,
      away: name => `${name} بعيد عن الصفحة الآن. مكانك محفوظ.`,
      closed: name => `لا يستقبل ${name} المرضى الآن. مكانك محفوظ ما دامت هذه الصفحة مفتوحة.`,
      reconnecting: name => `انقطع اتصال ${name}. ستصل الرسائل التي ترسلها الآن إذا عاد الاتصال قريبًا.`,
      nobody: () => 'لا أحد هنا بعد. مكانك محفوظ.',
      in_call: name => `أنت في مكالمة مع ${name}.`,
    },
    hours: hours => `أوقات العمل: ${hours}`,
    nameError: 'يُرجى إدخال اسم أو اسم مستعار.',
    codeError: 'لا يوجد مكان بهذا الرمز. يُرجى التحقق منه، أو تسجيل الوصول بدونه.',
    ended: {proved, unproved},
    gone: {
      proved: `${proved} ولم تعد موجودة على هذه الشاشة أيضًا.`,
      unproved: `${unproved} ولم تعد موجودة على هذه الشاشة أيضًا.`,
    },
    cleared: {
      proved: `${proved} وهي موجودة على هذه الشاشة فقط.`,
      unproved: `${unproved} وهي موجودة على هذه الشاشة فقط.`,
    },
    clear: 'مسح شاشتي',
    leave: 'مغادرة غرفة الانتظار',
    waitingFull: 'عشرون رسالة في انتظار مقدّم الرعاية. يُرجى الانتظار إلى أن يحضر أحد.',
    expires: time => `تُمسح هذه المحادثة في الساعة ${time} ما لم يكتب أحد.`,
    checkInAgain: 'تسجيل الوصول مرة أخرى',
    erasedAt: time => `مُحيت في الساعة ${time}. لم يُحفظ شيء.`,
    over: {
      left: {title: 'غادرت غرفة الانتظار', body: 'لم يعد مكانك محجوزًا.'},
      removed: {
        title: 'لم تعد في غرفة الانتظار.',
        body: 'رفعت العيادة اسمك من القائمة. يمكنك تسجيل الوصول مرة أخرى.',
      },
      finished: {title: 'انتهت الزيارة'},
      lost: {title: 'تعذّر حفظ مكانك', body: `${lostBody} ${startOver}`},
      refused: {title: 'وصولك غير مسجّل', body: `حدث خطأ ما. ${startOver}`},
    },
    overHeadings: {
      removed: 'لم تعد في غرفة الانتظار',
      finished: 'انتهت زيارتك',
      lost: 'تعذّر حفظ مكانك',
      refused: 'لم يعد وصولك مسجّلًا',
    },
    standing: {
      removed: `رُفع اسمك من القائمة. ${onlyHere}`,
      finished: `${onlyHere} ويختفي عند مغادرة الصفحة.`,
      lost: `${lostBody} ${onlyHere}`,
      refused: `قُطع اتصالك. ${onlyHere}`,
    },
    codes: {
      4100: {
        title: 'هذه الصفحة قديمة',
        body: `ربما حُدّثت الخدمة. ${startOver}`,
      },
      4103: {title: 'هذه الصفحة متصلة مرتين', body: startOver},
      4111: {
        title: 'رموز عودة خاطئة كثيرة',
        body: 'يُرجى الانتظار قليلًا، أو تسجيل الوصول بدون رمز.',
      },
      4112: {title: 'غرفة الانتظار ممتلئة', body: inMinutes},
      4113: {title: 'الخدمة مشغولة', body: inMinutes},
      4114: {title: 'الخدمة على وشك التوقف', body: 'يُرجى المحاولة لاحقًا.'},
      4115: {title: 'تسجيلات كثيرة من شبكتك', body: inMinutes},
    },
  },
}
