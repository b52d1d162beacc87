extension WrongFile {
  /// Faults of YAML itself, and of keys.
  static let structure: [WrongFile] = [
    WrongFile("an empty file", "", "1:1 missing-key -> service:"),
    WrongFile("only a comment", "# nothing\n", "1:1 missing-key -> service:"),
    WrongFile("a list for a file", "- a\n", "1:1 wrong-type"),
    WrongFile("a word for a file", "quench\n", "1:1 wrong-type"),
    WrongFile("a tab for indentation", "service:\n\tname: a\n", "2:1 yaml-syntax"),
    WrongFile("an open bracket", "service:\n  outputs: [a, b\n  run: x\n", "3:6 yaml-syntax"),
    WrongFile("an open quote", "service:\n  name: \"a\n", "3:1 yaml-syntax"),
    WrongFile("a colon in a plain text", "service:\n  run: echo a: b\n", "2:14 yaml-syntax"),
    WrongFile("an alias without anchor", "service: *base\n", "1:10 yaml-syntax"),
    WrongFile("two documents", "service: { name: a, run: b }\n---\nhot: {}\n", "2:1 yaml-syntax"),
    WrongFile("a control character", "service:\n  name: a\u{1B}[31m\n", "2:10 yaml-syntax"),
    WrongFile("a text that begins with @", "service:\n  name: @a\n", "2:9 yaml-syntax"),
    .rest("an IPv6 address without quotes", "balancer: { test: [::1]:80 }\n", "2:20 yaml-syntax"),
    WrongFile("uneven indentation", "service:\n  name: a\n   run: b\n", "3:7 yaml-syntax"),
    WrongFile(
      "a misspelt section", "servise: { name: a, run: b }\n", "1:1 missing-key -> service:",
      "1:1 unknown-key -> service"),
    .rest("a key of another section", "instances: 2\n", "2:1 unknown-key -> hot.instances"),
    .rest("a key that is far from all", "zzzzzz: 2\n", "2:1 unknown-key"),
    .rest("a section twice", "hot: { instances: 1 }\nhot: { instances: 2 }\n", "3:1 duplicate-key"),
    .rest(
      "several keys twice", "hot: { retain: 1, retain: 2 }\ncold:\n  \"bake\": 1s\n  'bake': 2s\n  bake: 3s\n",
      "2:19 duplicate-key", "5:3 duplicate-key", "6:3 duplicate-key"),
    .rest("a key with an anchor twice", "hot: { &k retain: 1, retain: 2 }\n", "2:22 duplicate-key"),
    .rest("a list for a key", "hot: { [a]: 1 }\n", "2:8 wrong-type"),
    .rest("a merge of a word", "hot: { <<: a }\n", "2:12 wrong-type"),
    .rest("a tag", "hot: { baseline: !ref main }\n", "2:18 bad-value"),
    .service("a misspelt key", "  ouputs: [x]\n", "4:3 unknown-key -> outputs"),
    .service("a key in camel case", "  buildMode: clean\n", "4:3 unknown-key -> build-mode"),
    .service("a key with an underscore", "  secrets_file: x\n", "4:3 unknown-key -> secrets-file"),
    .service("a shortened key", "  env: { A: b }\n", "4:3 unknown-key -> environment"),
    .service("a lengthened key", "  healthcheck: {}\n", "4:3 unknown-key -> health"),
    WrongFile("no name and no run", "service:\n  build: true\n", "1:1 missing-key -> name:", "1:1 missing-key -> run:"),
    WrongFile("no service's text", "service:\n", "1:1 wrong-type"),
    WrongFile("a word for a service", "service: orders\n", "1:10 wrong-type"),
    .service(
      "a fault in an anchored mapping, once",
      "  stop: &stop { signal: TERN }\n  dependencies: { a: { command: x, stop: *stop } }\n",
      "4:25 bad-value -> TERM"),
  ]
}
