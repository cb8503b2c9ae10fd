// Tests here print no React elements as such.
const never = () => false;
export default {
  isElement: never,
  isFragment: never,
  isSuspense: never,
  isContextConsumer: never,
  isContextProvider: never,
  isForwardRef: never,
  isMemo: never,
};
