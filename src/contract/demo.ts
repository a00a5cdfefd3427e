/** public/demo/index.json: the demo domains that come with the page. All of it is synthetic. */
export interface DemoDomain {
  /** Folder name under public/demo; `importDemoCorpus` and `importDemoSets` take it. */
  id: string;
  title: string;
  /** One or two sentences for the choice on the first screen. */
  summary: string;
}
export interface DemoIndex {
  domains: DemoDomain[];
}
