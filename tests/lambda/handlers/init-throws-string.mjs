throw "init text";
