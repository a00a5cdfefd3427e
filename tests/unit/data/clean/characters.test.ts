import { describe, expect, it } from "vitest";
import type { CleaningRuleId } from "../../../../src/contract/index.ts";
import { applyEdits } from "../../../../src/data/clean/characters/edit.ts";
import { maskEdits, repaired, repairs, type RepairId } from "../../../../src/data/clean/characters/repairs.ts";
import { findPersonal, type PersonalRuleId } from "../../../../src/data/clean/index.ts";

const only = (id: RepairId, text: string): string => repaired(text, (one) => one === id);
/** What reading UTF-8 as Windows-1252 makes of a text. */
const damaged = (text: string): string => new TextDecoder("windows-1252").decode(new TextEncoder().encode(text));
const found = (id: PersonalRuleId, text: string): string[] =>
  findPersonal(id, text).map(({ start, end }) => text.slice(start, end));

describe("mojibake", () => {
  it.each([
    "café – naïve “quoted” it’s …",
    "Ærø Øst ÅÄÖ ß",
    "Привет, мир",
    "日本語テキスト",
    "🙂👍",
    "100 € ½ ©",
    "Ελληνικά",
  ])("gives %s back, damaged once or twice", (text) => {
    expect(damaged(text)).not.toBe(text);
    expect(only("mojibake", damaged(text))).toBe(text);
    expect(only("mojibake", `x ${damaged(damaged(text))} y`)).toBe(`x ${text} y`);
  });
  it.each(["café", "IRMÃ”", "CAFÉ™", "Ångström – Ärger", "Âge d’or", "naïve façade", "plain"])(
    "leaves %s alone",
    (text) => {
      expect(only("mojibake", text)).toBe(text);
    },
  );
});

describe("characters that nobody sees", () => {
  it("takes out controls and makes page breaks line breaks", () => {
    expect(only("control-characters", "a\0b\x07c\fd\te\nf\x85g\ufffd")).toBe("abc\nd\te\nf\ng");
  });
  it("takes out zero-width signs but not the joiners of emoji, Persian and Hindi", () => {
    expect(only("invisible-characters", "\ufeffa\u200bb\u00adc\u202ed\u200de")).toBe("abcde");
    for (const text of ["👩\u200d🔬", "می\u200cخواهم", "क्\u200dष", "🏴\u{e0067}\u{e0062}\u{e007f}"])
      expect(only("invisible-characters", text)).toBe(text);
    expect(only("invisible-characters", "hidden\u{e0068}\u{e0069} text")).toBe("hidden text");
  });
  it("makes odd blanks plain", () => {
    expect(only("odd-spaces", "5\u00a0km\u2009and\u3000more\u2028line")).toBe("5 km and more\nline");
  });
  it("puts plain letters where others only look like them, and leaves real words of other scripts", () => {
    expect(only("look-alikes", "p\u0430yp\u0430l \uff21\uff42 \u{1d400}bc")).toBe("paypal Ab Abc");
    for (const text of ["паровоз", "μm", "αβγ-blocker", "Δx", "TGF-β"]) expect(only("look-alikes", text)).toBe(text);
  });
  it("says where each change is: the edits alone make the repaired text", () => {
    const text = `${damaged("it’s")}\u200b p\u0430yp\u0430l\0`;
    const step = repairs.reduce((now, { edits }) => applyEdits(now, edits(now)), text);
    expect(step).toBe("it’s paypal");
    expect(repaired(text, () => true)).toBe(step);
  });
});

describe("personal data", () => {
  it("finds e-mail and public IP addresses", () => {
    expect(found("email", "a.b+c@lake.example.org, not @this or that@")).toEqual(["a.b+c@lake.example.org"]);
    expect(found("ip-address", "8.8.8.8 192.168.0.1 10.1.1.1 127.0.0.1 999.1.1.1")).toContain("8.8.8.8");
    expect(found("ip-address", "192.168.0.1 10.1.1.1 127.0.0.1")).toEqual([]);
  });
  it("believes card numbers and IBANs only with their check digits", () => {
    expect(found("card", "4111 1111 1111 1111 and 4111 1111 1111 1112 and 378282246310005")).toEqual([
      "4111 1111 1111 1111",
      "378282246310005",
    ]);
    expect(
      found("id-number", "GB82 WEST 1234 5698 7654 32, GB83 WEST 1234 5698 7654 32, 078-05-1120, 000-12-3456"),
    ).toEqual(["GB82 WEST 1234 5698 7654 32", "078-05-1120"]);
  });
  it("tells phone numbers from dates, years, decimals and lists", () => {
    expect(found("phone", "+49 30 1234567, (030) 123 4567, 555-123-4567, 0049 30 1234567")).toHaveLength(4);
    for (const text of [
      "2019-03-15",
      "1998-2003",
      "0.123456789",
      "01/02/2020",
      "(6) (7) (8) (9)",
      "1.3.6.1.5.5.7",
      "12345678",
    ])
      expect(found("phone", text), text).toEqual([]);
  });
  it("masks each place once", () => {
    const on = (id: CleaningRuleId): boolean => id !== "phone";
    const text = "mail me@lake.example or 8.8.4.4, card 4111111111111111";
    expect(applyEdits(text, maskEdits(text, on))).toBe("mail email@example.com or 192.0.2.1, card 0000 0000 0000 0000");
  });
  it("takes linear time on hostile text", () => {
    const began = performance.now();
    for (const text of [
      "a-".repeat(200_000),
      "@".repeat(200_000),
      "1 ".repeat(200_000),
      `${"a.".repeat(100_000)}@`,
      "(".repeat(200_000),
    ])
      for (const id of ["email", "phone", "card", "id-number", "ip-address"] as const) findPersonal(id, text);
    expect(performance.now() - began).toBeLessThan(5000); // quadratic time would be minutes
  });
});
