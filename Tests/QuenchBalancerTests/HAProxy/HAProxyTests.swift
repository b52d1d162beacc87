import Testing

/// What is tested with the real HAProxy.
@Suite(.enabled(if: TemporaryHAProxy.isInstalled, "haproxy is not installed: apt-get install haproxy"))
struct HAProxyTests {}
