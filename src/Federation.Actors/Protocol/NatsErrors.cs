namespace Federation.Actors.Protocol;

/// <summary>The error texts of nats-server and its client library that are read here, in lower case, and JetStream's codes. The texts
/// belong to no documented interface; <c>NatsAssumptionTests</c> of the integration tests gets each of them from a real server.</summary>
/// <seealso href="https://github.com/nats-io/nats-server/blob/main/server/errors.json"/>
internal static class NatsErrors
{
    // Of the server, in -ERR lines.
    public const string PermissionsViolation = "permissions violation";
    public const string SubscriptionDenied = $"{PermissionsViolation} for subscription to \"";
    public const string PublishDenied = $"{PermissionsViolation} for publish to \"";
    public const string InQueue = "\" using queue \"";
    public const string TooManySubscriptions = "maximum subscriptions exceeded";
    public const string TooManyConnections = "maximum connections exceeded";
    public const string TooManyAccountConnections = "maximum account active connections exceeded";

    public const string NoServer = "can not connect uris: ";

    // Of streams, in answers to published messages.
    public const string MessageTooLarge = "message size";
    public const string FullForSubject = "per subject";
    public const string TooManyMessages = "maximum messages";
    public const string TooManyBytes = "maximum bytes";

    public const int NoLeader = 10008;
    public const int InsufficientResources = 10023;
    public const int TooManyConsumers = 10026;
    public const int NotEnabledForAccount = 10039;
    public const int StreamNotFound = 10059;
    public const int NotEnabled = 10076;
    public const int StoreFailed = 10077;
    public const int WorkQueueHasConsumer = 10099;
    public const int WorkQueueConsumersOverlap = 10100;
    public const int WorkQueueDeliversAll = 10101;

    /// <summary>Ignores case: servers write some of them with capital letters.</summary>
    public static bool Has(string error, string words) => error.Contains(words, StringComparison.OrdinalIgnoreCase);
}
