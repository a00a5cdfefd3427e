/**
 * The peers are installed on demand, outside package.json, so their own typings are not here when types are
 * checked: these are the parts of their APIs that our code for them uses.
 */
declare module "@jax-js/jax" {
  export interface Tensor {
    readonly ref: Tensor;
    readonly shape: number[];
    add(other: Tensor | number): Tensor;
    sub(other: Tensor | number): Tensor;
    mul(other: Tensor | number): Tensor;
    div(other: Tensor | number): Tensor;
    neg(): Tensor;
    sum(axis?: number | null, options?: { keepdims?: boolean }): Tensor;
    mean(axis?: number | null, options?: { keepdims?: boolean }): Tensor;
    equal(other: Tensor | number): Tensor;
    reshape(shape: number[]): Tensor;
    transpose(axes?: number[]): Tensor;
    slice(...index: (number | [] | [number] | [number, number] | null | Tensor)[]): Tensor;
    dispose(): void;
    data(): Promise<Float32Array>;
  }
  export type Tree = Record<string, Tensor>;
  export const numpy: {
    array(data: Float32Array | Int32Array, options?: { shape?: number[] }): Tensor;
    zeros(shape: number[]): Tensor;
    arange(n: number): Tensor;
    int32: string;
    sqrt(x: Tensor): Tensor;
    square(x: Tensor): Tensor;
    reciprocal(x: Tensor): Tensor;
    matmul(a: Tensor, b: Tensor): Tensor;
    split(x: Tensor, sections: number, axis: number): Tensor[];
    take(x: Tensor, indices: Tensor, axis: number): Tensor;
    where(condition: Tensor, x: Tensor | number, y: Tensor | number): Tensor;
  };
  export const nn: {
    gelu(x: Tensor, options: { approximate: boolean }): Tensor;
    softmax(x: Tensor, axis: number): Tensor;
    logSoftmax(x: Tensor, axis: number): Tensor;
  };
  export const tree: { ref<T>(tree: T): T; dispose(tree: unknown): void };
  export function init(device: string): Promise<string[]>;
  export function defaultDevice(device: string): string;
  export function jit<F>(f: F): F;
  export function valueAndGrad(f: (tree: Tree, ...rest: Tensor[]) => Tensor): (...args: unknown[]) => [Tensor, Tree];
  export function blockUntilReady<T>(tree: T): Promise<T>;
}

declare module "@tensorflow/tfjs-core" {
  export type DType = "float32" | "int32";
  export interface Tensor {
    readonly shape: number[];
    dispose(): void;
    data(): Promise<Float32Array>;
  }
  export interface Variable extends Tensor {
    readonly name: string;
  }
  export interface TensorInfo {
    dataId: object;
    shape: number[];
    dtype: string;
  }
  export const version_core: string;
  export const train: {
    adam(
      learningRate: number,
      beta1: number,
      beta2: number,
      epsilon: number,
    ): {
      minimize(f: () => Tensor, returnCost: true, variables: Variable[]): Tensor;
      dispose(): void;
    };
  };
  export function setBackend(name: string): Promise<boolean>;
  export function ready(): Promise<void>;
  export function tensor(data: Float32Array | Int32Array, shape: number[], dtype?: DType): Tensor;
  export function scalar(value: number): Tensor;
  export function variable(initial: Tensor, trainable?: boolean, name?: string): Variable;
  export function tidy<T>(f: () => T): T;
  export function add(a: Tensor, b: Tensor): Tensor;
  export function sub(a: Tensor, b: Tensor): Tensor;
  export function mul(a: Tensor, b: Tensor | number): Tensor;
  export function erf(x: Tensor): Tensor;
  export function rsqrt(x: Tensor): Tensor;
  export function square(x: Tensor): Tensor;
  export function exp(x: Tensor): Tensor;
  export function log(x: Tensor): Tensor;
  export function sum(x: Tensor, axis?: number, keepDims?: boolean): Tensor;
  export function mean(x: Tensor, axis?: number, keepDims?: boolean): Tensor;
  export function max(x: Tensor, axis?: number, keepDims?: boolean): Tensor;
  export function softmax(x: Tensor): Tensor;
  export function oneHot(x: Tensor, depth: number): Tensor;
  export function gather(x: Tensor, indices: Tensor): Tensor;
  export function slice(x: Tensor, begin: number[], size: number[]): Tensor;
  export function split(x: Tensor, parts: number, axis: number): Tensor[];
  export function unstack(x: Tensor): Tensor[];
  export function stack(x: Tensor[]): Tensor;
  export function transpose(x: Tensor, axes?: number[]): Tensor;
  export function reshape(x: Tensor, shape: number[]): Tensor;
  export function matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
  export function customGrad(
    f: (...args: [...Tensor[], (tensors: Tensor[]) => void]) => {
      value: Tensor;
      gradFunc: (dy: Tensor, saved: Tensor[]) => Tensor | Tensor[];
    },
  ): (...args: Tensor[]) => Tensor;
  export function registerKernel(config: {
    kernelName: string;
    backendName: string;
    kernelFunc(call: {
      inputs: Record<string, TensorInfo>;
      attrs: Record<string, number>;
      backend: {
        typedArrayFromHeap(x: TensorInfo): Float32Array | Int32Array;
        makeOutput(shape: number[], dtype: string): TensorInfo;
      };
    }): TensorInfo;
  }): void;
}
declare module "@tensorflow/tfjs-core/dist/register_all_gradients.js" {}
declare module "@tensorflow/tfjs-backend-webgpu" {}
declare module "@tensorflow/tfjs-backend-wasm" {
  export function setWasmPaths(folder: string): void;
  export function setThreadsCount(threads: number): void;
  export function getThreadsCount(): number;
}
