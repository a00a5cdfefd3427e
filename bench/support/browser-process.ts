/** The process that a browser's other processes come from. */
import type { Browser } from "playwright";

export async function browserProcess(browser: Browser): Promise<number> {
  const control = await browser.newBrowserCDPSession();
  const { processInfo } = await control.send("SystemInfo.getProcessInfo");
  return processInfo.find(({ type }) => type === "browser")!.id;
}
