/**
 * Addresses on a Hub: ids, revisions and hosts, checked before anything is sent. Knows no network.
 * Source: huggingface_hub's validate_repo_id; the Hub's URL layout /{id}/resolve/{revision}/{file}.
 */
import { UnmaskError } from "../../base/index.ts";
import { quoted } from "../formats/json.ts";
import { defaultHubHost, hubHosts } from "../hub-hosts.ts";

export interface HubSource {
  /** Where the Hub answers: an origin, or one with a path for a mirror. Default: the Hub itself. */
  host?: string;
  /** "owner/name", or "name" for the oldest models. */
  id: string;
  /** Branch, tag or commit. Default: "main". */
  revision?: string;
}
/** A source whose parts are safe to build addresses from. */
export interface HubAddress {
  host: string;
  id: string;
  revision: string;
}

const namePart = /^[A-Za-z0-9_](?:[\w.-]{0,94}[A-Za-z0-9_])?$/;
const revisionPart = /^[A-Za-z0-9_][\w.-]{0,127}$/;

function badId(id: string): UnmaskError {
  return new UnmaskError(
    "models/bad-hub-id",
    `A model's id must be "owner/name" or "name", of letters, digits, dashes, dots and underscores; found ${quoted(id, 80)}.`,
    "Copy the id from the top of the model's page, such as distilbert/distilroberta-base.",
  );
}

/** "owner/name" or "name", by the Hub's own rules. */
export function isHubId(id: unknown): id is string {
  if (typeof id !== "string" || /\.\.|--|\.git$/.test(id)) return false;
  const parts = id.split("/");
  return parts.length <= 2 && parts.every((part) => namePart.test(part));
}

/** True when the address's host is in the table; `*.` in the table stands for one or more labels. */
export function hostAllowed(url: URL, allowed: readonly string[]): boolean {
  if (url.origin === (globalThis as { location?: { origin: string } }).location?.origin) return true;
  return allowed.some((entry) => {
    const at = entry.indexOf("://*.");
    if (at < 0) return new URL(entry).origin === url.origin;
    return url.protocol === `${entry.slice(0, at)}:` && url.port === "" && url.hostname.endsWith(entry.slice(at + 4));
  });
}

export function hostNotAllowed(host: string, allowed: readonly string[]): UnmaskError {
  return new UnmaskError(
    "models/hub-host-not-allowed",
    `Models may only come from the hosts that this page was built for; ${quoted(host, 80)} is none of them.`,
    "Use the Hub's own host, or build the page with your mirror in src/models/hub-hosts.ts.",
    { allowed: allowed.join(", ") },
  );
}

/**
 * Checks id, revision and host. A pasted address of the model's page is taken for its id.
 * @throws models/bad-hub-id, models/bad-hub-revision, models/hub-host-not-allowed
 */
export function checkHubSource(source: HubSource, allowed: readonly string[] = hubHosts): HubAddress {
  const host = (source.host ?? defaultHubHost).replace(/\/+$/, "");
  if (!URL.canParse(host) || !hostAllowed(new URL(host), allowed)) throw hostNotAllowed(host, allowed);
  const given = source.id.trim();
  const page = given.replace(/[?#].*$/, "").replace(/\/+$/, "");
  const pasted = page.startsWith(`${host}/`) ? page.slice(host.length + 1) : given;
  const [id, tree] = pasted.split("/tree/", 2) as [string, string?];
  if (!isHubId(id)) throw badId(given);
  const revision = source.revision || tree || "main";
  if (!revision.split("/").every((part) => revisionPart.test(part)) || revision.includes(".."))
    throw new UnmaskError(
      "models/bad-hub-revision",
      `A revision must be a branch, a tag or a commit; found ${quoted(revision, 80)}.`,
      'Use "main", or the commit shown on the model\'s page under "Files".',
    );
  return { host, id, revision };
}

/** Metadata of a model: commit, licence and files with sizes. */
export function listingUrl({ host, id, revision }: HubAddress): string {
  return `${host}/api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`;
}

export function fileUrl({ host, id, revision }: HubAddress, path: string): string {
  const file = path.split("/").map(encodeURIComponent).join("/");
  return `${host}/${id}/resolve/${encodeURIComponent(revision)}/${file}`;
}
