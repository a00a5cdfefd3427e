/**
 * What is cut off words: before them, after them, inside them, and what is left whole as an address. After spaCy 3.8's
 * rules for English (MIT); letters are taken by Unicode property, which is the same for Latin, Greek and Cyrillic.
 */
const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
const oneOf = (text: string): string => text.trim().split(/\s+/).map(escape).join("|");

const punctuation = "… …… , : ; ! ? ¿ ؟ ¡ ( ) [ ] { } < > _ # * & 。 ？ ！ ， 、 ； ： ～ · । ، ۔ ؛ ٪";
const quotes = "' \" ” “ ` ‘ ´ ’ ‚ , „ » « 「 」 『 』 （ ） 〔 〕 【 】 《 》 〈 〉 〈 〉 ⟦ ⟧";
const currency = "$ £ € ¥ ฿ US$ C$ A$ ₽ ﷼ ₴ ₠ ₡ ₢ ₣ ₤ ₥ ₦ ₧ ₨ ₩ ₪ ₫ ₭ ₮ ₯ ₰ ₱ ₲ ₳ ₵ ₶ ₷ ₸ ₹ ₺ ₻ ₼ ₾ ₿";
const units = `km km² km³ m m² m³ dm dm² dm³ cm cm² cm³ mm mm² mm³ ha µm nm yd in ft kg g mg µg t lb oz m/s km/h kmh mph hPa Pa mbar
  mb MB kb KB gb GB tb TB T G M K % км км² км³ м м² м³ дм дм² дм³ см см² см³ мм мм² мм³ нм кг г мг м/с км/ч кПа Па мбар Кб КБ кб
  Мб МБ мб Гб ГБ гб Тб ТБ`;
const quoteClass = escape(quotes.replaceAll(" ", ""));
const punctuationClass = escape(punctuation.replaceAll(" ", "")) + "\\|";
const icon = "\\p{So}";
const ellipsis = "\\.\\.+|…";
const letter = "\\p{L}";
const lower = "\\p{Ll}\\p{Lo}\\p{Lm}";
const upper = "\\p{Lu}\\p{Lt}\\p{Lo}\\p{Lm}";
const hyphens = oneOf("- – — -- --- —— ~");

export const prefixPattern = new RegExp(
  `^(?:[§%=—–]|\\+(?![0-9])|${oneOf(punctuation)}|${ellipsis}|${oneOf(quotes)}|${oneOf(currency)}|${icon})`,
  "u",
);
export const suffixPattern = new RegExp(
  `(?:${oneOf(punctuation)}|${ellipsis}|${oneOf(quotes)}|${icon}|${oneOf("'s 'S ’s ’S — –")}|(?<=[0-9])\\+|(?<=°[FfCcKk])\\.` +
    `|(?<=[0-9])(?:${oneOf(currency)})|(?<=[0-9])(?:${oneOf(units)})` +
    `|(?<=[0-9${lower}%²\\-+${punctuationClass}${quoteClass}])\\.|(?<=[${upper}][${upper}])\\.)$`,
  "u",
);
export const infixPattern = new RegExp(
  `${ellipsis}|${icon}|(?<=[0-9])[+\\-*^](?=[0-9\\-])|(?<=[${lower}${quoteClass}])\\.(?=[${upper}${quoteClass}])` +
    `|(?<=${letter}),(?=${letter})|(?<=[${letter}0-9])(?:${hyphens})(?=${letter})|(?<=[${letter}0-9])[:<>=\\/](?=${letter})`,
  "gu",
);

const octet = "(?:\\.(?:1?\\d{1,2}|2[0-4]\\d|25[0-5]))";
const host = "[A-Za-z0-9\\u00a1-\\uffff]";
/** After Diego Perini's pattern of web addresses (MIT), as spaCy changed it. */
export const addressPattern = new RegExp(
  "^(?:(?:[\\p{L}\\p{N}_+\\-.]{2,})://)?(?:\\S+(?::\\S*)?@)?(?:" +
    "(?!(?:10|127)(?:\\.\\d{1,3}){3})(?!(?:169\\.254|192\\.168)(?:\\.\\d{1,3}){2})(?!172\\.(?:1[6-9]|2\\d|3[0-1])(?:\\.\\d{1,3}){2})" +
    `(?:[1-9]\\d?|1\\d\\d|2[01]\\d|22[0-3])${octet}{2}(?:\\.(?:[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-4]))` +
    `|(?:(?:${host}[A-Za-z0-9\\u00a1-\\uffff_\\-]{0,62})?${host}\\.)+(?:[${lower}]{2,63}))(?::\\d{2,5})?(?:[\\/?#]\\S*)?$`,
  "u",
);
