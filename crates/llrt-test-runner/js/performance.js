// What the fake timers find as `node:perf_hooks`: nothing, so that they leave its clock alone and replace the global one.
export default {};
