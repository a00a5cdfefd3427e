/**
 * Personal data by its form: e-mail and IP addresses with datatrove 0.10's patterns, card numbers with their check
 * digit, IBANs with theirs, social security numbers, phone numbers as people write them. Finds; what is put in their
 * place is in `placeholders`. A name or an address of a house has no form and is not found.
 */
import type { CleaningRuleId } from "../../../contract/index.ts";
import { forEachChunk } from "../english/words.ts";

export type PersonalRuleId = Extract<CleaningRuleId, "email" | "phone" | "card" | "id-number" | "ip-address">;
export interface Place {
  start: number;
  end: number;
}

/** Reserved for examples (RFC 2606, RFC 5737, the 555-01xx range), so that none of them is somebody's. */
export const placeholders: Record<PersonalRuleId, string> = {
  email: "email@example.com",
  phone: "555-0100",
  card: "0000 0000 0000 0000",
  "id-number": "ID-0000",
  "ip-address": "192.0.2.1",
};
/** What an earlier kind took, a later one leaves. */
export const personalOrder: readonly PersonalRuleId[] = ["email", "id-number", "card", "ip-address", "phone"];

const wordSign = "[\\p{L}\\p{N}_]";
const border = `(?:(?<!${wordSign})(?=${wordSign})|(?<=${wordSign})(?!${wordSign}))`;
const local = "[A-Za-z0-9!#$%&'*+\\/=?\\^_`\\{\\|\\}~\\-]+";
const label = "[A-Za-z0-9](?:[A-Za-z0-9\\-]*[A-Za-z0-9])?";
const octet = "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)";
const email = new RegExp(
  `${border}${local}(?:\\.${local})*@(?:(?:${label}\\.)+${label}|\\[(?:${octet}\\.){3}(?:${octet}|[A-Za-z0-9\\-]*[A-Za-z0-9]:)\\])`,
  "gu",
);
const ip = new RegExp(`(?:${octet}\\.){3}${octet}`, "g");
/** Digits in one run, or in the groups that are printed on cards. */
const card =
  /(?<![\d.])(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{4,5})(?![\d.]*\d)/g;
const iban = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g;
const socialSecurity = /(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/g;
const phone =
  /(?<![\w.,/-])(?:(?:\+|00)\d|\(\d{2,5}\)[ -]?\d|0\d)[\d ().\-/]{5,20}\d(?!\w)|(?<![\w.-])\(?\d{3}\)?[ .-]\d{3}[.-]\d{4}(?![\w-])/g;
/** Longer runs without a blank hold no address, but would cost quadratic time. */
const longestAddress = 2000;

const placesOf = (text: string, pattern: RegExp, valid: (found: string) => boolean = () => true): Place[] =>
  [...text.matchAll(pattern)]
    .filter(([found]) => valid(found))
    .map(({ 0: found, index }) => ({ start: index, end: index + found.length }));

export function findPersonal(id: PersonalRuleId, text: string): Place[] {
  switch (id) {
    case "email":
      return text.includes("@") ? emails(text) : [];
    case "ip-address":
      return placesOf(text, ip, isPublicIp);
    case "card":
      return placesOf(text, card, isCard);
    case "id-number":
      return [...placesOf(text, iban, isIban), ...placesOf(text, socialSecurity)].sort((a, b) => a.start - b.start);
    case "phone":
      return placesOf(text, phone, isPhone);
  }
}

function emails(text: string): Place[] {
  const places: Place[] = [];
  forEachChunk(text, (start, end, blank) => {
    if (blank || end - start > longestAddress) return;
    const chunk = text.slice(start, end);
    if (!chunk.includes("@")) return;
    for (const place of placesOf(chunk, email)) places.push({ start: start + place.start, end: start + place.end });
  });
  return places;
}

/** IANA's special-purpose registry, as Python 3.11's ipaddress has it; octets with leading zeros are none. */
function isPublicIp(text: string): boolean {
  const parts = text.split(".");
  if (parts.some((part) => part.length > 1 && part.startsWith("0"))) return false;
  const [a, b, c, d] = parts.map(Number) as [number, number, number, number];
  const closed =
    [0, 10, 127].includes(a) ||
    a >= 240 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && ((b === 0 && c === 0 && (d < 8 || d === 170 || d === 171)) || (b === 0 && c === 2) || b === 168)) ||
    (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) ||
    (a === 203 && b === 0 && c === 113);
  return !closed;
}

/** Luhn's check digit (ISO/IEC 7812-1, annex B), and a first digit that card numbers have. */
function isCard(text: string): boolean {
  const digits = text.replace(/\D/g, "");
  if (!/^(?:[345]|6[0245]|2[2-7])/.test(digits) || /^(\d)\1*$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    sum += i % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0);
  }
  return sum % 10 === 0;
}

/** Lengths by country, from the IBAN registry (ISO 13616), the larger countries. */
const ibanLengths = new Map(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23
  GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LI21 LT20 LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18
  NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SE24 SI19 SK24 SM27 TN24 TR26 UA29 VG24 XK20`
    .split(/\s+/)
    .map((one) => [one.slice(0, 2), Number(one.slice(2))]),
);

/** ISO 7064, mod 97-10. */
function isIban(text: string): boolean {
  const plain = text.replaceAll(" ", "");
  if (ibanLengths.get(plain.slice(0, 2)) !== plain.length) return false;
  let rest = 0;
  for (const sign of plain.slice(4) + plain.slice(0, 4))
    for (const digit of parseInt(sign, 36).toString()) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
}

function isPhone(text: string): boolean {
  const digits = text.replace(/\D/g, "").length;
  if (digits < 8 || digits > 15 || /[\n\t]|\s{2}|[().\-/]{3}|\(\d\)/.test(text)) return false;
  if (/^(?:\+|00)/.test(text)) return true;
  // Without a country's number it must be written in groups, and be neither a date nor a decimal.
  return /\d[ \-/().]+\d/.test(text) && !/^0?\d{1,2}[./-]\d{1,2}[./-]\d{2,4}/.test(text) && !/^0\.\d+$/.test(text);
}
