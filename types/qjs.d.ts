/** The engine itself. */
declare module "llrt:qjs" {
  /** What the engine counts of its heap: numbers of things, and their bytes. */
  export interface MemoryUsage {
    malloc_count: number;
    malloc_size: number;
    malloc_limit: number;
    memory_used_count: number;
    memory_used_size: number;
    atom_count: number;
    atom_size: number;
    str_count: number;
    str_size: number;
    obj_count: number;
    obj_size: number;
    prop_count: number;
    prop_size: number;
    shape_count: number;
    shape_size: number;
    js_func_count: number;
    js_func_size: number;
    js_func_code_size: number;
    c_func_count: number;
    array_count: number;
    fast_array_count: number;
    fast_array_elements: number;
    binary_object_count: number;
    binary_object_size: number;
  }

  /** Measures the heap. It walks all of it: not for a hot path. */
  export function computeMemoryUsage(): MemoryUsage;

  /** Collects cycles of garbage now. What is in no cycle is freed without it. */
  export function gc(): void;

  const qjs: { computeMemoryUsage: typeof computeMemoryUsage; gc: typeof gc };
  export default qjs;
}
