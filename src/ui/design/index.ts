/** The design system's door: tokens and small components that know nothing of models or training. */
export { default as Button } from "./Button.svelte";
export { default as Card } from "./Card.svelte";
export { default as Choice } from "./Choice.svelte";
export { default as Dialog } from "./Dialog.svelte";
export { default as ErrorNotice } from "./ErrorNotice.svelte";
export { default as Field } from "./Field.svelte";
export { default as FileDrop } from "./FileDrop.svelte";
export { default as Icon, type IconName } from "./Icon.svelte";
export { default as More } from "./More.svelte";
export { default as Notice } from "./Notice.svelte";
export { default as Part } from "./Part.svelte";
export { default as Progress } from "./Progress.svelte";
export { default as Stat } from "./Stat.svelte";
export { default as Stats } from "./Stats.svelte";
export { default as Stepper } from "./Stepper.svelte";
export { default as Table } from "./Table.svelte";
export { default as Tabs } from "./Tabs.svelte";
