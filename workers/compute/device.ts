/** The compute worker's device. */
import type { DeviceSetting } from "../../src/contract/index.ts";
import { openDevice, type Device } from "../../src/runtime/index.ts";
import { ortAssets } from "../shared/paths.ts";
import { OneDevice } from "./one-device.ts";

export const devices = new OneDevice((setting) => openDevice(setting, ortAssets));
export const theDevice = (setting: DeviceSetting): Promise<Device> => devices.get(setting);
