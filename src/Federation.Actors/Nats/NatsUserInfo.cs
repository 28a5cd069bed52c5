using System.Text.Json;
using Federation.Actors.Protocol;

namespace Federation.Actors.Nats;

/// <summary>The answer of a server to <c>$SYS.REQ.USER.INFO</c>: the user's permissions, and the server's time.</summary>
internal sealed class NatsUserInfo
{
    /// <summary>Every user may send it a request, unless its permissions exclude that.</summary>
    public const string Subject = "$SYS.REQ.USER.INFO";

    private readonly JsonElement _permissions;

    private NatsUserInfo(string user, DateTimeOffset? time, JsonElement permissions) =>
        (User, Time, _permissions) = (user, time, permissions);

    public string User { get; }

    public DateTimeOffset? Time { get; }

    /// <returns>Null for any other text.</returns>
    public static NatsUserInfo? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return root.TryGetProperty("data", out var data) && data.TryGetProperty("user", out var user)
                ? new(user.GetString() ?? "",
                    root.TryGetProperty("server", out var server) && server.TryGetProperty("time", out var time)
                        && time.TryGetDateTimeOffset(out var read) ? read : null,
                    data.TryGetProperty("permissions", out var permissions) ? permissions.Clone() : default)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>How much of a subject, perhaps with wildcards, the user may publish or subscribe to.</summary>
    public NatsRight Judge(bool isPublish, string subject)
    {
        if (_permissions.ValueKind != JsonValueKind.Object
            || !_permissions.TryGetProperty(isPublish ? "publish" : "subscribe", out var part)
            || !SubjectPattern.TryParse(subject, out var wanted))
        {
            return NatsRight.All;
        }

        var (allow, deny) = (Patterns(part, "allow"), Patterns(part, "deny"));
        return Array.Exists(deny, pattern => pattern.Covers(wanted))
            || (allow.Length > 0 && !Array.Exists(allow, pattern => pattern.Overlaps(subject))) ? NatsRight.None
            : Array.Exists(deny, pattern => pattern.Overlaps(subject))
            || (allow.Length > 0 && !Array.Exists(allow, pattern => pattern.Covers(wanted))) ? NatsRight.Some
            : NatsRight.All;
    }

    private static SubjectPattern[] Patterns(JsonElement part, string name) =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(static one => SubjectPattern.TryParse(one.GetString() ?? "", out var pattern) ? pattern : null)
                .OfType<SubjectPattern>()]
            : [];
}

/// <summary>A permission, compared with a subject that may have wildcards.</summary>
internal enum NatsRight
{
    None,
    Some,
    All,
}
