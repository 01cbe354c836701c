/** What people write in the whole loop, in each language in which it is gone round. */

const SENTENCES = {
  en: {
    account: "The sluice tender was written backwards from one offer.",
    more: "The earlier draft lies in the green cabinet.",
    reply: "We have asked the treasury for its ledger.",
    waiting: "Half a thought about the ledger",
    protection: "My shifts were all moved to the night.",
    broken: "Somebody is at the door while I write this.",
    draft: "To be finished on another evening.",
    toFalseSite: "Written on a page that was meddled with.",
    toLiar: "Written to a server that signs wrongly.",
  },
  ar: {
    account: "كُتبت شروط المناقصة على مقاس شركة واحدة.",
    more: "المسودة الأولى في الخزانة الخضراء.",
    reply: "طلبنا من الخزينة دفترها.",
    waiting: "نصف فكرة عن الدفتر",
    protection: "نُقلت كل نوباتي إلى الليل.",
    broken: "أحدهم عند الباب وأنا أكتب هذا.",
    draft: "يُستكمل في مساء آخر.",
    toFalseSite: "كُتب على صفحة عُبث بها.",
    toLiar: "كُتب إلى خادم يوقّع خطأ.",
  },
  zh: {
    account: "水闸工程的招标条件是照着一家公司的报价写的。",
    more: "较早的草稿在绿色柜子里。",
    reply: "我们已向财政部门索取账册。",
    waiting: "关于账册的半句话",
    protection: "我的班次全被调到了夜里。",
    broken: "我写这些时有人在门口。",
    draft: "改天晚上再写完。",
    toFalseSite: "写在被人动过手脚的页面上。",
    toLiar: "写给一台乱签名的服务器。",
  },
} as const;
/** Titles of two channels of the demonstration. */
const TITLES = {
  en: ["Public procurement", "Retaliation and protection"],
  ar: ["المشتريات العامة", "الانتقام والحماية"],
  zh: ["公共采购", "报复与保护"],
} as const;

export type Language = keyof typeof SENTENCES;
export type Sentence = keyof (typeof SENTENCES)["en"];

/** Everything that is written in one round. */
export interface Story {
  readonly said: Readonly<Record<Sentence, string>>;
  readonly procurement: string;
  readonly retaliation: string;
}

/** The sentences of a round, marked with whose they are: nobody else writes them, so that all rounds may use one service. */
export function storyIn(language: Language, mark: string): Story {
  const marked = Object.entries(SENTENCES[language]).map(([name, text]) => [name, `${text} (${mark} ${language})`]);
  const [procurement, retaliation] = TITLES[language];
  return { said: Object.fromEntries(marked) as Record<Sentence, string>, procurement, retaliation };
}
