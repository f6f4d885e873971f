/// Where a server listens, and whom it answers.
public struct ServerOptions: Sendable {
    public var host: String
    public var port: Int
    /// What clients have to know; nil for no token, which only loopback may have.
    public var token: String?
    /// Names by which the server may be called, besides addresses and its own host.
    public var allowedHosts: Set<String>
    /// Most connections at once; more wait.
    public var connectionLimit = 256
    /// Most bytes of a request's body, where it is no upload.
    public var bodyLimit = 8 << 20
    public var deadlines = Deadlines()

    /// How long clients may take, in seconds.
    public struct Deadlines: Sendable {
        /// For a request's head, from the connection or the answer before.
        public var head = 20
        /// A body has to go on by `bodyBytes` in so long, or end.
        public var body = 20
        public var bodyBytes = 4096
        /// A client has to take what is sent to it in so long.
        public var reading = 30

        public init() {}
    }

    public init(host: String, port: Int, token: String? = nil, allowedHosts: Set<String> = []) {
        self.host = host
        self.port = port
        self.token = token
        self.allowedHosts = allowedHosts
    }

    /// Whether only this machine can reach it.
    public static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host == "[::1]" || (host.hasPrefix("127.") && HostName.isAddress(host))
    }
}
