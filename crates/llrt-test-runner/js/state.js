// What is to be done when a file's tests are over, by modules that need not be loaded.
const tasks = [];

export const atEnd = (task) => tasks.push(task);
export const finish = () => {
  for (const task of tasks) task();
};
