// Opens cedar-wasm: an instance of its own each time, of code that is compiled once, with a hand on the instance's memory.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { compileFunction } from 'node:vm';
import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs';

/** As far as it is used here; the exports are those that the package's `cedar_wasm_bg.wasm.d.ts` declares. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => WasmInstance;
};

interface WasmInstance {
  readonly exports: {
    readonly memory: { readonly buffer: ArrayBuffer };
    readonly __wbindgen_malloc: (bytes: number, align: number) => number;
    readonly __wbindgen_free: (start: number, bytes: number, align: number) => void;
  };
}

export interface EngineModule {
  readonly cedar: typeof Cedar;
  /** What its memory takes now. It never shrinks. */
  memoryBytes(): number;
  /** Makes its memory so large that this much more fits, in one go. May throw like any call of the engine. */
  reserve(bytes: number): void;
}

/** A 32-bit memory ends at 4 GiB; the engine is left to find that by itself. */
const MAX_RESERVED_BYTES = 2 ** 31;

/** Every instance's: compiling it takes 50 ms, and each of its functions is compiled again when it is first called. */
let compiled: object | null = null;

/**
 * The package's own program, run anew with a `WebAssembly` that hands out the compiled code and tells of the instance. A plain `require`
 * would give the same instance to everybody, and keep one that is broken. Nothing holds it but who asked, so its memory can be collected.
 */
export function openModule(): EngineModule {
  const require = createRequire(import.meta.url);
  const path = require.resolve('@cedar-policy/cedar-wasm/nodejs');
  let opened: WasmInstance | null = null;
  const webAssembly = {
    Module: function compileOnce(bytes: Uint8Array): object {
      return (compiled ??= new WebAssembly.Module(bytes));
    },
    Instance: function instantiate(code: object, imports: object): WasmInstance {
      return (opened = new WebAssembly.Instance(code, imports));
    },
  };
  const names = ['exports', 'module', 'require', '__dirname', 'WebAssembly'];
  const run = compileFunction(`${readFileSync(path, 'utf8')}\nreturn module.exports;`, names, { filename: path });
  const module = { exports: {} };
  const cedar: typeof Cedar = Reflect.apply(run, undefined, [module.exports, module, require, dirname(path), webAssembly]);
  return { cedar, ...memoryOf(opened) };
}

/**
 * The engine makes its memory larger by 64 KiB whenever it is full, and V8 counts all of it as new each time: while a large bundle came
 * in that was a full garbage collection every 100 policies. What is asked of its allocator and given back at once stays its own.
 */
function memoryOf(instance: WasmInstance | null): Omit<EngineModule, 'cedar'> {
  if (instance === null) throw new Error('the policy engine did not start');
  const { memory, __wbindgen_malloc: allocate, __wbindgen_free: free } = instance.exports;
  return {
    memoryBytes: () => memory.buffer.byteLength,
    reserve(bytes) {
      if (memory.buffer.byteLength + bytes < MAX_RESERVED_BYTES) free(allocate(bytes, 1), bytes, 1);
    },
  };
}
