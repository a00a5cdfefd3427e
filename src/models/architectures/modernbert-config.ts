/**
 * What config.json says of a ModernBERT beyond the fields that every encoder has. Files of transformers 4 and 5 write
 * some of it differently: a layer pattern by number or by list, rotary bases apart or in `rope_parameters`.
 * Source: transformers' ModernBertConfig, 4.48 and 5.x.
 */
import { UnmaskError } from "../../base/index.ts";
import type { ModelConfig, ModernBertFields } from "../../contract/index.ts";
import { badConfig, type ConfigFields } from "../formats/config-fields.ts";
import { isObject, type JsonObject } from "../formats/json.ts";

const kinds = ["full_attention", "sliding_attention"] as const;
type Kind = (typeof kinds)[number];
const defaultTheta: Record<Kind, number> = { full_attention: 160_000, sliding_attention: 10_000 };
const oldTheta: Record<Kind, string> = { full_attention: "global_rope_theta", sliding_attention: "local_rope_theta" };

/** The record's own fields of a ModernBERT's configuration. */
export function modernFields({ modernbert }: ModelConfig): ModernBertFields {
  if (modernbert === undefined)
    throw new UnmaskError("models/internal", "A ModernBERT's configuration must hold its own fields.");
  return modernbert;
}

export function readModernFields(fields: ConfigFields, layers: number): ModernBertFields {
  const { json, activation } = fields;
  const pooling = json["classifier_pooling"] ?? "cls";
  if (pooling !== "cls" && pooling !== "mean") throw badConfig("classifier_pooling", '"cls" or "mean"', pooling);
  return {
    layer_types: layerTypes(json, layers),
    local_attention: size(json, "local_attention", 128),
    global_rope_theta: theta(json, "full_attention"),
    local_rope_theta: theta(json, "sliding_attention"),
    norm_bias: flag(json, "norm_bias", false),
    attention_bias: flag(json, "attention_bias", false),
    mlp_bias: flag(json, "mlp_bias", false),
    decoder_bias: flag(json, "decoder_bias", true),
    classifier_bias: flag(json, "classifier_bias", false),
    classifier_activation: activation("classifier_activation", "gelu"),
    classifier_pooling: pooling,
  };
}

/** Both spellings, so that transformers 4 and 5 read the same model. */
export function writeModernFields({ layer_types, ...fields }: ModernBertFields): JsonObject {
  const rope = (rope_theta: number): JsonObject => ({ rope_theta, rope_type: "default" });
  const every = layer_types.findIndex((kind, i) => i > 0 && kind === "full_attention");
  const period = every < 0 ? layer_types.length : every;
  const regular = layer_types.every((kind, i) => (kind === "full_attention") === (i % period === 0));
  return {
    ...fields,
    layer_types: [...layer_types],
    ...(regular ? { global_attn_every_n_layers: period } : {}),
    rope_parameters: {
      full_attention: rope(fields.global_rope_theta),
      sliding_attention: rope(fields.local_rope_theta),
    },
  };
}

function layerTypes(json: JsonObject, layers: number): Kind[] {
  const list = json["layer_types"];
  if (list === undefined || list === null) {
    const every = size(json, "global_attn_every_n_layers", 3);
    return Array.from({ length: layers }, (_, i) => (i % every === 0 ? "full_attention" : "sliding_attention"));
  }
  const known = (kind: unknown): kind is Kind => (kinds as readonly unknown[]).includes(kind);
  if (!Array.isArray(list) || list.length !== layers || !list.every(known))
    throw badConfig("layer_types", `a list of ${layers} names, each ${kinds.join(" or ")}`, list);
  return list;
}

function theta(json: JsonObject, kind: Kind): number {
  const all = isObject(json["rope_parameters"]) ? json["rope_parameters"] : {};
  const own = isObject(all[kind]) ? all[kind] : {};
  const type = own["rope_type"] ?? "default";
  if (type !== "default") throw badConfig("rope_parameters", 'positions of the type "default"', type);
  const value = own["rope_theta"] ?? json[oldTheta[kind]] ?? defaultTheta[kind];
  if (typeof value !== "number" || !(value >= 1)) throw badConfig(oldTheta[kind], "a number from 1 on", value);
  return value;
}

function flag(json: JsonObject, field: string, fallback: boolean): boolean {
  const value = json[field] ?? fallback;
  if (typeof value !== "boolean") throw badConfig(field, "true or false", value);
  return value;
}

function size(json: JsonObject, field: string, fallback: number): number {
  const value = json[field] ?? fallback;
  if (!Number.isSafeInteger(value) || (value as number) < 1) throw badConfig(field, "a whole number from 1 on", value);
  return value as number;
}
