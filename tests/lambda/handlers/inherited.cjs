class Base { handler() { return "inherited " + (this instanceof Base); } }
module.exports = new (class extends Base {})();
