using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Federation.Actors.Nats;

/// <summary>Compares a NATS server with the needs of a configuration. Changes nothing there.</summary>
internal sealed class NatsInspection(NatsConnection connection, FederationSettings settings)
{
    /// <summary>A server answers from memory; one that refuses the request does not answer.</summary>
    private static readonly TimeSpan InfoTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Clocks that NTP keeps are some milliseconds apart.</summary>
    private static readonly TimeSpan LargestSkew = TimeSpan.FromSeconds(5);

    private static readonly (Version Oldest, Version Recommended) Supported = (new(2, 9), new(2, 10));

    private readonly NatsJSContext _streams = NatsOptions.Streams(connection, settings.Nats);
    private readonly List<Finding> _findings = [];
    private readonly List<(bool IsPublish, string Subject, string User)> _needed = [];

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancel)
    {
        AddServer(connection.ServerInfo!);
        foreach (var component in settings.Components)
        {
            await AddPortsAsync(component, cancel);
        }

        if (_needed.Exists(static need => need.Subject.StartsWith('$')) || settings.Components.Any(static component =>
            component.Ports.Control is not null || component.Ports.Inputs.Any(static port => port.Type != PortType.Local)))
        {
            _needed.Add((false, $"{settings.Nats.InboxPrefix}.>", "replies"));
        }

        await AddRightsAsync(cancel);
        return _findings;
    }

    private void AddServer(INatsServerInfo server)
    {
        var text = $"nats-server {server.Version} at {server.Host}:{server.Port}, max_payload {server.MaxPayload}";
        _findings.Add(!Version.TryParse(server.Version.Split('-')[0], out var version) ? Finding.Ok("nats", text)
            : version < Supported.Oldest ? Finding.Failure("nats", $"{text}; {Supported.Oldest} is the oldest supported version")
            : version < Supported.Recommended ? Finding.Warning("nats", $"{text}; {Supported.Recommended} or later is recommended")
            : Finding.Ok("nats", text));
    }

    private async Task AddPortsAsync(ComponentSettings component, CancellationToken cancel)
    {
        if (component.Ports.Control is { } control)
        {
            var user = $"port {control.Name} of {component.Name}";
            _needed.AddRange([(true, $"{control.Subject}.>", user), (false, $"{control.Subject}.>", user)]);
        }

        if (component.Ports.Data is { Type: not PortType.Local } data)
        {
            var (user, template) = ($"port {data.Name} of {component.Name}", SubjectTemplate.Parse(data.FullSubject, component.Name));
            _needed.AddRange((template.IsFilled && data.AllowedSubjects.Count > 0 ? data.AllowedSubjects : [template.Wildcard])
                .Select(subject => (true, subject, user)));
            if (data.Type == PortType.Jetstream)
            {
                await AddStreamAsync(user, () => CheckOutputAsync(template.Wildcard, data.Stream, cancel));
            }
        }

        foreach (var port in component.Ports.Inputs.Select(static input => input.OfAll()))
        {
            var user = $"port {port.Name} of {component.Name}";
            if (port.Type == PortType.Nats)
            {
                _needed.Add((false, port.Subject, user));
            }
            else if (port.Type == PortType.Jetstream)
            {
                await AddStreamAsync(user, async () =>
                {
                    var stream = await InputStream.CheckAsync(_streams, port, cancel);
                    var api = $"{_streams.Opts.Prefix}.CONSUMER";
                    _needed.AddRange(((string[])[$"{api}.CREATE.{stream}.>", $"{api}.INFO.{stream}.>", $"{api}.MSG.NEXT.{stream}.>",
                        $"{api}.DELETE.{stream}.>", $"$JS.ACK.{stream}.>"]).Select(subject => (true, subject, user)));
                    return $"the stream {stream} has {port.Subject}";
                });
            }
        }
    }

    private async Task<string> CheckOutputAsync(string subject, StreamSettings stream, CancellationToken cancel)
    {
        if (stream.Create && stream.Name.Length > 0 && !await StreamCheck.ExistsAsync(_streams, stream.Name, cancel))
        {
            return $"the stream {stream.Name} does not exist yet; the node creates it";
        }

        await StreamCheck.RunFullyAsync(_streams, subject, stream with { Create = false }, cancel);
        return $"a stream has {subject}";
    }

    private async Task AddStreamAsync(string user, Func<Task<string>> check)
    {
        try
        {
            _findings.Add(Finding.Ok("stream", $"{user}: {await check()}"));
        }
        catch (Exception e) when (e is StreamProblem or NatsException or OperationCanceledException)
        {
            var problem = StreamProblem.Of(e, refusal: null);
            _findings.Add(Finding.Failure("stream", $"{user}: {problem.Message}; {problem.Remedy}"));
        }
    }

    private async Task AddRightsAsync(CancellationToken cancel)
    {
        var start = Clock.System.Elapsed;
        if (await AskAsync(cancel) is not { } info)
        {
            _findings.Add(Finding.Warning("rights",
                $"the server does not show the permissions of this user; allow it to publish to {NatsUserInfo.Subject} to compare them"));
            return;
        }

        if (info.Time is { } time)
        {
            var skew = Clock.System.UtcNow - ((Clock.System.Elapsed - start) / 2) - time;
            var text = FormattableString.Invariant($"{Math.Abs(skew.TotalSeconds):0.0} s {(skew < TimeSpan.Zero ? "behind" : "ahead of")}");
            _findings.Add(skew.Duration() < LargestSkew
                ? Finding.Ok("clock", $"{text} the clock of the NATS server")
                : Finding.Warning("clock", $"{text} the clock of the NATS server; synchronize both"));
        }

        var missing = _needed.Distinct().Select(need => (Need: need, Right: info.Judge(need.IsPublish, need.Subject)))
            .Where(static one => one.Right != NatsRight.All).ToList();
        _findings.AddRange(missing.Select(one =>
        {
            var verb = one.Need.IsPublish ? "publish" : "subscribe";
            return one.Right == NatsRight.None
                ? Finding.Failure("rights", $"{info.User} may not {verb} to {one.Need.Subject}, which {one.Need.User} needs")
                : Finding.Warning("rights", $"{info.User} may {verb} to only a part of {one.Need.Subject}, which {one.Need.User} may need");
        }));
        if (missing.Count == 0)
        {
            _findings.Add(Finding.Ok("rights", $"{info.User} has all {_needed.Distinct().Count()} needed permissions"));
        }
    }

    private async Task<NatsUserInfo?> AskAsync(CancellationToken cancel)
    {
        try
        {
            var answer = await connection.RequestAsync<byte[], byte[]>(NatsUserInfo.Subject, [],
                requestSerializer: NatsRawSerializer<byte[]>.Default, replySerializer: NatsRawSerializer<byte[]>.Default,
                replyOpts: new NatsSubOpts { Timeout = InfoTimeout }, cancellationToken: cancel);
            return NatsUserInfo.Parse(answer.Data ?? []);
        }
        catch (Exception e) when (e is NatsException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return null;
        }
    }
}
